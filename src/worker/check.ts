import { assembleFiles, sourceLines } from "../session/program.ts";
import type { ProgramSpec } from "../session/types.ts";
import type { Artefacts, CheckReply } from "./protocol.ts";

/** Assembles a text that is being typed, without touching the session. */
export function checkProgram(program: ProgramSpec): CheckReply {
  if (program.kind !== "source") return { diagnostics: [], lines: [] };
  const assembly = assembleFiles(program.main, program.files);
  return { diagnostics: assembly.diagnostics, lines: assembly.ok ? sourceLines(assembly) : [] };
}

/** What the assembler makes of a program, to be taken away in files. */
export function assembleProgram(program: ProgramSpec): Artefacts {
  if (program.kind !== "source") return { ok: true, image: program.bytes, listing: "", diagnostics: [] };
  const assembly = assembleFiles(program.main, program.files);
  return { ok: assembly.ok, image: assembly.bytes, listing: assembly.listing(), diagnostics: assembly.diagnostics };
}
