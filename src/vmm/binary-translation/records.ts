import type { Memory } from "../../machine/memory.ts";
import { UNIT_SIZE, UNITS } from "./layout.ts";
import { type Successor, TREATMENTS, type Unit, type UnitInstruction } from "./unit.ts";

/** Units as records in simulated memory, where time travel keeps them: 256 bytes each. */

const VALID = 0;
const COUNT = 1;
const CONTEXT = 2;
const EIP = 4;
const START = 8;
const END = 12;
const PAGES = 16;
const SOURCE_LENGTH = 24;
const SUCCESSOR_COUNT = 26;
/** Two successors of 16 bytes: target, site, stub, state. */
const SUCCESSORS = 28;
/** Twelve instructions of 8 bytes: offset (2), from (1), length (1), treatment (1), traces (1), row (2). */
const INSTRUCTIONS = 64;
const SOURCE = 160;

const STATES = ["open", "chained", "elided"] as const;

export function writeRecord(memory: Memory, unit: Unit): void {
  const at = UNITS + unit.index * UNIT_SIZE;
  memory.write8(at + VALID, unit.valid ? 1 : 0);
  memory.write8(at + COUNT, unit.instructions.length);
  memory.write16(at + CONTEXT, unit.context);
  memory.write32(at + EIP, unit.eip);
  memory.write32(at + START, unit.start);
  memory.write32(at + END, unit.end);
  memory.write32(at + PAGES, unit.pages[0]);
  memory.write32(at + PAGES + 4, unit.pages[1]);
  memory.write16(at + SOURCE_LENGTH, unit.bytes.length);
  memory.write16(at + SUCCESSOR_COUNT, unit.successors.length);
  unit.successors.forEach(({ target, site, stub, state }, i) => {
    const here = at + SUCCESSORS + i * 16;
    memory.write32(here, target);
    memory.write32(here + 4, site);
    memory.write32(here + 8, stub);
    memory.write32(here + 12, STATES.indexOf(state));
  });
  unit.instructions.forEach(({ offset, from, length, treatment, traces, row }, i) => {
    const here = at + INSTRUCTIONS + i * 8;
    memory.write16(here, offset);
    memory.write8(here + 2, from);
    memory.write8(here + 3, length);
    memory.write8(here + 4, TREATMENTS.indexOf(treatment));
    memory.write8(here + 5, traces);
    memory.write16(here + 6, row);
  });
  memory.writeBytes(at + SOURCE, unit.bytes);
}

export function readRecord(memory: Memory, index: number): Unit {
  const at = UNITS + index * UNIT_SIZE;
  const instructions = Array.from({ length: memory.read8(at + COUNT) }, (_, i): UnitInstruction => {
    const here = at + INSTRUCTIONS + i * 8;
    const row = memory.read16(here + 6);
    return {
      offset: memory.read16(here),
      from: memory.read8(here + 2),
      length: memory.read8(here + 3),
      treatment: TREATMENTS[memory.read8(here + 4)]!,
      traces: memory.read8(here + 5),
      row: row === 0xffff ? -1 : row,
    };
  });
  const successors = Array.from({ length: memory.read16(at + SUCCESSOR_COUNT) }, (_, i): Successor => {
    const here = at + SUCCESSORS + i * 16;
    return {
      target: memory.read32(here),
      site: memory.read32(here + 4),
      stub: memory.read32(here + 8),
      state: STATES[memory.read32(here + 12)]!,
    };
  });
  return {
    index,
    context: memory.read16(at + CONTEXT),
    eip: memory.read32(at + EIP),
    start: memory.read32(at + START),
    end: memory.read32(at + END),
    valid: memory.read8(at + VALID) !== 0,
    pages: [memory.read32(at + PAGES), memory.read32(at + PAGES + 4)],
    instructions,
    successors,
    bytes: memory.bytes.slice(at + SOURCE, at + SOURCE + memory.read16(at + SOURCE_LENGTH)),
  };
}
