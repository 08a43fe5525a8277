import { disassembleBytes } from "../../asm/disassemble.ts";
import { ATTR_DB, CS } from "../../cpu/state.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { ownerOf, programOf, runningDomain } from "../domains.ts";
import type { Inspected } from "./index.ts";
import { type AddressSpace, LINEAR_SIZE, Spaces } from "./spaces.ts";
import { nearestSymbol } from "./symbols.ts";

export interface DisassemblyAsk {
  readonly space: AddressSpace;
  /** Where an instruction begins. */
  readonly address: number;
  /** Lines wanted before it, and from it on; at most DISASSEMBLY_MOST together. */
  readonly before: number;
  readonly after: number;
}

export interface DisassembledLine {
  readonly address: number;
  /** In hex; empty where nothing is mapped. */
  readonly bytes: string;
  readonly text: string;
  readonly row: string | null;
  /** The label that stands exactly here. */
  readonly label: string | null;
  readonly source: { readonly file: string; readonly line: number } | null;
  /** The processor, or the guest, executes this next. */
  readonly next: boolean;
}

export interface DisassemblyAnswer {
  readonly size: number;
  readonly bits: 16 | 32;
  readonly lines: readonly DisassembledLine[];
  /** Index in `lines` of the address asked for. */
  readonly at: number;
}

export const DISASSEMBLY_MOST = 400;
const LONGEST = 15;

/** Instructions about an address, as the code segment in force reads them. */
export function inspectDisassembly(at: Inspected, ask: DisassemblyAsk): DisassemblyAnswer {
  const { run } = at;
  const spaces = new Spaces(run);
  const size = spaces.size(ask.space);
  const host = ask.space === "host-linear" || (ask.space === "physical" && runningDomain(run.computer) === null);
  const state = host ? run.machine.cpu.state : run.probe.state;
  const bits = (state.attr[CS]! & ATTR_DB) !== 0 ? 32 : 16;
  const eip = (state.base[CS]! + state.eip) >>> 0;
  const current = spaces.toPhysical(host ? "host-linear" : "linear", eip);
  const line = (address: number) => lineAt(at, spaces, ask.space, address, bits, current);
  const before = Math.min(Math.max(0, ask.before), DISASSEMBLY_MOST);
  const after = Math.min(Math.max(1, ask.after), DISASSEMBLY_MOST);
  const start = Math.min(Math.max(0, ask.address), size - 1);
  const lines = before > 0 ? linesBefore(line, start, before) : [];
  const position = lines.length;
  for (let address = start, i = 0; i < after && address < size; i++) {
    const made = line(address);
    lines.push(made);
    address += lengthOf(made);
  }
  return { size, bits, lines, at: position };
}

function lengthOf({ bytes }: DisassembledLine): number {
  return Math.max(1, bytes.length / 2);
}

/**
 * The lines that end just where `end` begins. Going backwards is guessing: of the places to begin at, the one that comes
 * out at `end` with the most lines that are instructions.
 */
function linesBefore(line: (address: number) => DisassembledLine, end: number, count: number): DisassembledLine[] {
  const far = Math.max(0, end - count * LONGEST);
  for (let begin = far; begin < Math.min(end, far + LONGEST + 1); begin++) {
    const found: DisassembledLine[] = [];
    let address = begin;
    while (address < end) {
      const made = line(address);
      found.push(made);
      address += lengthOf(made);
    }
    if (address === end) return found.slice(-count);
  }
  const bytes: DisassembledLine[] = [];
  for (let address = Math.max(0, end - count); address < end; address++) bytes.push(line(address));
  return bytes;
}

function lineAt(
  { run, program }: Inspected,
  spaces: Spaces,
  space: AddressSpace,
  address: number,
  bits: 16 | 32,
  current: number | null,
): DisassembledLine {
  const physical = spaces.toPhysical(space, address);
  const owner = physical === null ? null : ownerOf(run.computer, physical);
  const linear = space === "linear" || space === "host-linear";
  const own = programOf(program, owner?.domain.id ?? GUEST_DOMAIN);
  const symbol = nearestSymbol(own, linear ? address : (owner?.address ?? -1));
  const place = {
    address,
    label: symbol?.offset === 0 ? symbol.name : null,
    source: owner === null ? null : (own.sources?.at(owner.address) ?? null),
    next: physical !== null && physical === current,
  };
  if (physical === null) return { ...place, bytes: "", text: "", row: null };
  let there = 0;
  let unbroken = true;
  const bytes = spaces.read(space, address, LONGEST, ({ physical: part, length }) => {
    if (part === null) unbroken = false;
    if (unbroken) there += length;
  });
  const usable = bytes.subarray(0, there);
  const { text, length, insn } = disassembleBytes(usable, 0, address % LINEAR_SIZE, bits);
  const hex = Array.from(usable.subarray(0, length), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { ...place, bytes: hex, text, row: insn?.row.id ?? null };
}
