import { checkSource } from "../session/prepare.ts";
import { assembleFiles } from "../session/program.ts";
import type { ProgramSpec, StrategyId } from "../session/types.ts";
import { findStrategy } from "../vmm/registry.ts";
import type { Artefacts, CheckReply } from "./protocol.ts";

/** Assembles a text that is being typed as a strategy has it, without touching the session. */
export function checkProgram(program: ProgramSpec, strategy: StrategyId): CheckReply {
  if (program.kind !== "source") return { diagnostics: [], lines: [] };
  return checkSource(program.main, program.files, findStrategy(strategy) ?? {});
}

/** What the assembler makes of a program for a strategy, to be taken away in files. */
export function assembleProgram(program: ProgramSpec, strategy: StrategyId): Artefacts {
  if (program.kind !== "source") return { ok: true, image: program.bytes, listing: "", diagnostics: [] };
  const assembly = assembleFiles(program.main, program.files, findStrategy(strategy)?.defines);
  return { ok: assembly.ok, image: assembly.bytes, listing: assembly.listing(), diagnostics: assembly.diagnostics };
}
