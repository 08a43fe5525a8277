import { assembleFiles, sourceLines } from "../session/program.ts";
import type { ProgramSpec } from "../session/types.ts";
import type { CheckReply } from "./protocol.ts";

/** Assembles a text that is being typed, without touching the session. */
export function checkProgram(program: ProgramSpec): CheckReply {
  if (program.kind !== "source") return { diagnostics: [], lines: [] };
  const assembly = assembleFiles(program.main, program.files);
  return { diagnostics: assembly.diagnostics, lines: assembly.ok ? sourceLines(assembly) : [] };
}
