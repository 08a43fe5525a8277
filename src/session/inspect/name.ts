import { REGISTERS } from "../../asm/registers.ts";
import { REGISTER_NAMES } from "../expression/registers.ts";
import { SEGMENT_NAMES } from "../registers.ts";
import type { Inspected } from "./index.ts";
import { readLinear, type Side, sidesOf } from "./side.ts";

export interface NameAsk {
  /** A register as the assembler knows it, any case, or a symbol of the program in full. */
  readonly name: string;
}

/** A register on one side; a segment register with its hidden base and limit. */
export interface RegisterNow {
  readonly value: number;
  readonly hidden: { readonly base: number; readonly limit: number } | null;
}

/** What a name of the source stands for now. */
export type NameAnswer =
  | {
      readonly kind: "register";
      readonly bits: 8 | 16 | 32;
      /** As the guest means it. */
      readonly guest: RegisterNow;
      /** As the processor has it, where somebody stands between the two and it differs; else null. */
      readonly physical: RegisterNow | null;
    }
  | {
      readonly kind: "symbol";
      readonly value: number;
      readonly isLabel: boolean;
      /** What lies at a label's address (as the guest reaches it), byte by byte; null where nothing is mapped. */
      readonly bytes: readonly (number | null)[];
    }
  | { readonly kind: "nothing" };

/** Bytes of memory that are shown of a label. */
const SHOWN = 16;

function registerOn(name: string, { state }: Side): RegisterNow {
  const segment = SEGMENT_NAMES.indexOf(name as (typeof SEGMENT_NAMES)[number]);
  return {
    value: REGISTER_NAMES.get(name)!.read(state) >>> 0,
    hidden: segment < 0 ? null : { base: state.base[segment]! >>> 0, limit: state.limit[segment]! >>> 0 },
  };
}

const same = (a: RegisterNow, b: RegisterNow): boolean =>
  a.value === b.value && a.hidden?.base === b.hidden?.base && a.hidden?.limit === b.hidden?.limit;

/** Answers what a register or a symbol of the loaded program is at the present moment. */
export function inspectName({ run, program }: Inspected, { name }: NameAsk): NameAnswer {
  const sides = sidesOf(run);
  const side = sides.guest ?? sides.physical;
  const lower = name.toLowerCase();
  const register = REGISTERS.get(lower);
  if (register !== undefined) {
    if (!REGISTER_NAMES.has(lower)) return { kind: "nothing" };
    const guest = registerOn(lower, side);
    const physical = registerOn(lower, sides.physical);
    return { kind: "register", bits: register.bits, guest, physical: same(guest, physical) ? null : physical };
  }
  const symbol = program.program.symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) return { kind: "nothing" };
  const { bytes, mapped } = readLinear(side, symbol.value >>> 0, symbol.isLabel ? SHOWN : 0);
  return {
    kind: "symbol",
    value: symbol.value >>> 0,
    isLabel: symbol.isLabel,
    bytes: [...bytes].map((byte, i) => (mapped[i] === 1 ? byte : null)),
  };
}
