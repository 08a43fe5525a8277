import { decode, TOO_LONG } from "../../cpu/decode.ts";
import type { Insn } from "../../cpu/insn.ts";
import type { Row } from "../../isa/types.ts";
import { dword, Emitter } from "./emitter.ts";
import { MAP_AFTER_STI, MAP_BEGINS, MAP_ENDS, MAP_FIRST, MAP_PUSHED, MAP_SECOND } from "./layout.ts";
import { inline, isPlainOperand, jumpIndirect, prefixCount, returnNear, type Where } from "./sequences.ts";
import { MAX_INSTRUCTIONS, MAX_SOURCE, type Treatment, type UnitInstruction } from "./unit.ts";

/** The code segment and ring for which guest code is translated. */
export interface CodeContext extends Where {
  /** Linear base (int32) and limit (unsigned) of CS. */
  readonly base: number;
  readonly limit: number;
}

/** A successor that has not been given its place yet. */
interface Exit {
  readonly target: number;
  readonly site: number;
}

/** A unit that has been emitted for a place, and not yet been put there. */
export interface Draft {
  readonly emitter: Emitter;
  readonly instructions: readonly UnitInstruction[];
  readonly exits: readonly Exit[];
  readonly bytes: Uint8Array;
}

export interface TranslatorOptions {
  /** Sequences in the cache for what is cheap; without, all of it is called out (to measure what they save). */
  readonly inline: boolean;
}

/** Byte `index` of the guest's code from an EIP on; throws where it may not be fetched. */
export type Fetch = (eip: number) => number;

const PAGE = 4096;
const OPERAND_SIZE = 0x66;
const ADDRESS_SIZE = 0x67;
/** What a decoder met that is not to be looked at yet: another page, or the end of the segment. */
const END: unique symbol = Symbol("end");

/** Rows that are innocuous and yet not to be copied: they transfer control, or mean the VMM. */
const NOT_COPIED = /^(call|jmp|ret|loop|j|int1|hostgate|push_[cdefgs]s)/;
/** What ends a unit when it is called out: execution does not simply go on. */
const TRANSFERS = /^(call|jmp|ret|iret|int|hlt|hostgate|ud2|loop|j)/;

/** Whether a row's instructions can run as they are, wherever they stand: innocuous, and no transfer of control. */
export function isCopied(row: Row): boolean {
  const checked = row.checks.some(({ rule }) => rule !== "protected-mode");
  return row.sensitivity === "innocuous" && row.silent === null && !checked && !NOT_COPIED.test(row.id);
}

/**
 * Translates from `eip` on: at most 12 instructions, up to the first transfer of control, within one page but for a first
 * instruction that crosses into the next.
 */
export class Translator {
  private readonly context: CodeContext;
  private readonly options: TranslatorOptions;
  private readonly emitter: Emitter;
  private readonly instructions: UnitInstruction[] = [];
  private readonly exits: Exit[] = [];
  private readonly source: number[] = [];
  private readonly eip: number;
  /** From the unit's EIP, in bytes. */
  private from = 0;

  constructor(context: CodeContext, eip: number, start: number, options: TranslatorOptions) {
    this.context = context;
    this.options = options;
    this.eip = eip;
    this.emitter = new Emitter(start);
  }

  /** `simulated`: whether the innocuous instruction at an EIP is to be called out. Throws what `fetch` throws. */
  build(fetch: Fetch, simulated: (eip: number) => boolean): Draft {
    for (;;) {
      const first = this.instructions.length === 0;
      const insn = this.decodeNext(fetch, first);
      if (insn === END) {
        this.goOn();
        break;
      }
      const ended = this.translate(insn, simulated);
      if (ended) break;
      if (this.instructions.length === MAX_INSTRUCTIONS || this.source.length > MAX_SOURCE - 15) {
        this.goOn();
        break;
      }
    }
    const { emitter, instructions, exits } = this;
    return { emitter, instructions, exits, bytes: Uint8Array.from(this.source) };
  }

  private here(): number {
    return (this.eip + this.from) | 0;
  }

  /** The next instruction; null where its bytes are none, END where the unit has to end before it. */
  private decodeNext(fetch: Fetch, first: boolean): Insn | null | typeof END {
    const { context } = this;
    const start = this.here() >>> 0;
    const linear = (context.base + start) >>> 0;
    const room = first ? Number.POSITIVE_INFINITY : PAGE - (linear % PAGE);
    const bytes: number[] = [];
    const read = (index: number) => {
      if (index >= room || (!first && start + index > context.limit)) throw END;
      const byte = fetch((start + index) | 0);
      bytes.push(byte);
      return byte;
    };
    if (!first && (room === PAGE || start > context.limit)) return END;
    try {
      const insn = decode(read, context.bigCode ? 32 : 16);
      if (insn !== null && insn !== TOO_LONG) return insn;
      this.source.push(...bytes);
      return null;
    } catch (thrown) {
      if (thrown === END) return END;
      throw thrown;
    }
  }

  /** Emits one instruction. True if the unit ends with it. */
  private translate(insn: Insn | null, simulated: (eip: number) => boolean): boolean {
    const { emitter } = this;
    const offset = emitter.code.length;
    const here = this.here();
    if (insn === null) {
      // Not an instruction: the virtual CPU faults as the processor would.
      emitter.callout(MAP_BEGINS);
      this.note(offset, 0, "callout", -1);
      return true;
    }
    this.source.push(...insn.bytes);
    const next = (here + insn.length) | 0;
    const called = isCopied(insn.row) && simulated(here);
    // Each iteration of a repeated instruction would stand right after the STI: only the VMM knows which is the first.
    const held = insn.repeat !== 0 && this.afterSti === emitter.at;
    const treatment = called ? "simulated" : held ? "callout" : this.emit(insn, next);
    if (treatment === "callout" || treatment === "simulated") emitter.callout(MAP_BEGINS);
    this.note(offset, insn.length, treatment, insn.rowIndex);
    this.from += insn.length;
    if (treatment === "chained" || treatment === "indirect") return true;
    if (treatment === "callout" && TRANSFERS.test(insn.row.mnemonic)) return true;
    if (insn.row.mnemonic === "sti" && treatment === "inline") this.afterSti = emitter.at;
    return false;
  }

  private note(offset: number, length: number, treatment: Treatment, row: number): void {
    if (this.afterSti === this.emitter.start + offset) this.emitter.mark(this.afterSti, MAP_AFTER_STI);
    this.instructions.push({ offset, from: this.from, length, treatment, row, traces: 0 });
  }

  /** Place right after an STI in the cache: whoever stands there may stand in its shadow. */
  private afterSti = -1;

  private emit(insn: Insn, next: number): Treatment {
    const { emitter, context } = this;
    if (isCopied(insn.row) && isPlainOperand(insn)) return this.copy(insn) ? "identical" : "callout";
    const { id } = insn.row;
    if (id.startsWith("j") || id.startsWith("loop") || id.startsWith("call") || id.startsWith("ret_")) {
      return this.transfer(insn, next);
    }
    return this.options.inline && inline(emitter, insn, context) ? "inline" : "callout";
  }

  /**
   * The instruction as it stands; of 16-bit code, with the size prefixes that make a 32-bit segment take it for the same.
   */
  private copy(insn: Insn): boolean {
    const mark = MAP_BEGINS | MAP_ENDS;
    if (this.context.bigCode) {
      this.emitter.put(mark, ...insn.bytes);
      return true;
    }
    const count = prefixCount(insn.bytes);
    const others = [...insn.bytes.subarray(0, count)].filter((byte) => byte !== OPERAND_SIZE && byte !== ADDRESS_SIZE);
    const sizes = [
      ...(insn.operandSize === 16 ? [OPERAND_SIZE] : []),
      ...(insn.addressSize === 16 ? [ADDRESS_SIZE] : []),
    ];
    const bytes = [...sizes, ...others, ...insn.bytes.subarray(count)];
    const again = bytes.length > 15 ? null : decode((i) => bytes[i] ?? 0, 32);
    if (again === null || again === TOO_LONG || again.rowIndex !== insn.rowIndex) return false;
    this.emitter.put(mark, ...bytes);
    return true;
  }

  /** Jumps, calls and returns within the segment. */
  private transfer(insn: Insn, next: number): Treatment {
    const { emitter, context } = this;
    const { row } = insn;
    const wide = insn.operandSize === 32;
    if (row.mnemonic === "ret") {
      if (!wide || (row.operands.length > 0 && !context.bigStack)) return "callout";
      returnNear(emitter, row.operands.length > 0 ? insn.imm & 0xffff : 0);
      return "indirect";
    }
    const isCall = row.mnemonic === "call";
    if (row.operands[0]?.startsWith("rm")) {
      if (!wide || !context.bigCode) return "callout";
      return jumpIndirect(emitter, insn, isCall ? next : null) ? "indirect" : "callout";
    }
    if (!row.operands[0]?.startsWith("rel")) return "callout";
    const sum = (next + insn.imm) | 0;
    const target = wide ? sum : sum & 0xffff;
    if (target >>> 0 > context.limit) return "callout";
    if (isCall) {
      const size = wide ? [] : [OPERAND_SIZE];
      const value = wide ? dword(next) : dword(next).slice(0, 2);
      emitter.put(MAP_BEGINS, ...size, 0x68, ...value);
      this.exit(MAP_PUSHED | MAP_ENDS, target);
    } else if (row.mnemonic === "jmp") this.exit(MAP_BEGINS | MAP_ENDS, target);
    else this.branch(insn, target, next);
    return "chained";
  }

  /** A conditional jump, with both ways out. */
  private branch(insn: Insn, target: number, next: number): void {
    const { emitter } = this;
    const { row } = insn;
    const mark = MAP_BEGINS | MAP_ENDS;
    const opcode = row.opcode.at(-1)!;
    const counts = row.mnemonic.startsWith("loop") || row.mnemonic.endsWith("cxz");
    if (counts) {
      // These have only short forms.
      const size = row.addressSize === 16 ? [ADDRESS_SIZE] : [];
      emitter.put(mark, ...size, opcode, 2);
      emitter.put(MAP_SECOND, 0xeb, 5);
      this.exit(MAP_FIRST, target);
    } else {
      const at = emitter.put(mark, 0x0f, 0x80 | (opcode & 0xf), 0, 0, 0, 0);
      this.exits.push({ target, site: at + 2 });
    }
    this.exit(MAP_SECOND, next);
  }

  /** The unit goes on at the next instruction, in another one. */
  private goOn(): void {
    const last = this.instructions.at(-1);
    if (this.afterSti === this.emitter.at && last) {
      // The place after it has no instruction that could carry the shadow: so it is the VMM's.
      const at = this.emitter.start + last.offset;
      this.emitter.cut(at);
      this.emitter.callout(MAP_BEGINS);
      this.instructions[this.instructions.length - 1] = { ...last, treatment: "callout" };
    }
    this.exit(MAP_FIRST, this.here());
  }

  /** JMP to a successor. */
  private exit(mark: number, target: number): void {
    const at = this.emitter.put(mark, 0xe9, 0, 0, 0, 0);
    this.exits.push({ target, site: at + 1 });
  }
}
