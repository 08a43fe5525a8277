/** What front ends need beside a session: the assembler, the disassembler, names and limits. */
import { type Assembly, assemble } from "../asm/assemble.ts";
import { disassembleBytes } from "../asm/disassemble.ts";
import { KEY_CODES } from "../devices/scan-codes.ts";
import { isElf } from "../machine/loaders/elf.ts";
import { EVENT_LIMIT } from "../recorder/event-log.ts";
import { findStrategy } from "../vmm/registry.ts";
import { buildsOf } from "./builds.ts";
import { isVirtualized } from "./places.ts";
import { companionFiles } from "./prepare.ts";
import { includeCandidates } from "./program.ts";
import { parseProgramHeader } from "./program-header.ts";
import type { LoadRequest } from "./types.ts";

export { suggest } from "../asm/suggest.ts";
export { EXIT_NAMES, findExitReason } from "./vm-exits.ts";
export type { Assembly };
export { EVENT_LIMIT, KEY_CODES };

/** Whether the program asks for VT-x where a VMM is beneath it, which has none to give. */
export function lacksVmx({ program, strategy }: Pick<LoadRequest, "program" | "strategy">): boolean {
  const found = findStrategy(strategy);
  if (program.kind !== "source" || found === null || !isVirtualized(found)) return false;
  return parseProgramHeader(program.files[program.main] ?? "").program.vmx;
}

/** A source with all that it includes, and what the assembler made of it. */
export interface Gathered {
  readonly files: Readonly<Record<string, string>>;
  /** Programs that were to run beside it and are not there. */
  readonly missing: readonly string[];
  readonly assembly: Assembly;
}

/**
 * Assembles `text` under the name `main`, asking `read` for what it includes (a path with forward slashes from the
 * folder that `main` is relative to; null if there is no such file). The files found are those that a session needs,
 * under whatever strategy, those of the programs beside it among them.
 * @param defines `NAME` or `NAME=VALUE`, as by NASM's -D
 */
export function gatherSources(
  main: string,
  text: string,
  read: (path: string) => string | null,
  defines: readonly string[] = [],
): Gathered {
  const files: Record<string, string> = { [main]: text };
  const resolve = (path: string, from: string): string | null => {
    for (const candidate of includeCandidates(path, from)) {
      const found = Object.hasOwn(files, candidate) ? files[candidate]! : read(candidate);
      if (found === null) continue;
      files[candidate] = found;
      return found;
    }
    return null;
  };
  const assembly = assemble(text, { name: main, resolve, defines });
  const companions = parseProgramHeader(text).program.companions.map(({ path }) => path);
  const missing = companions.filter((path) => resolve(path, main) === null);
  const sources = [main, ...companionFiles(main, files)];
  for (const source of sources) {
    for (const others of buildsOf(files)) {
      if (source === main && others.join() === defines.join()) continue;
      assemble(files[source]!, { name: source, resolve, defines: others });
    }
  }
  return { assembly, files, missing };
}

/** One line of a disassembly. */
export interface CodeLine {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Row id, or null where the bytes are no instruction. */
  readonly row: string | null;
}

/** The instructions of `bytes`, which stand at `address` in code of `bits`. */
export function* disassembleAll(bytes: Uint8Array, address: number, bits: 16 | 32): Generator<CodeLine> {
  for (let offset = 0; offset < bytes.length; ) {
    const at = (address + offset) >>> 0;
    const { text, length, insn } = disassembleBytes(bytes, offset, at, bits);
    yield { address: at, bytes: bytes.subarray(offset, offset + length), text, row: insn?.row.id ?? null };
    offset += length;
  }
}

const MULTIBOOT_MAGIC = 0x1badb002;
const MULTIBOOT_SEARCHED = 8192;

/** Whether the bytes look like a Multiboot image: ELF, or the header's magic where a loader looks for it. */
export function looksLikeMultiboot(bytes: Uint8Array): boolean {
  if (isElf(bytes)) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MULTIBOOT_SEARCHED));
  for (let at = 0; at + 12 <= view.byteLength; at += 4) if (view.getUint32(at, true) === MULTIBOOT_MAGIC) return true;
  return false;
}
