import { dataBytes, outOfRange, reservedBytes } from "./data.ts";
import { AsmError } from "./diagnostics.ts";
import { type Encoding, encode } from "./encode.ts";
import type { Expr, Scope } from "./expression.ts";
import { LIMITS } from "./limits.ts";
import { type Message, messages } from "./messages.ts";
import type { Section } from "./section.ts";
import type { Token } from "./source.ts";
import type { Body, Instruction } from "./statement.ts";
import type { Value } from "./value.ts";

/** Where bytes go, and what their values may refer to. */
export interface Target extends Scope {
  readonly current: Section;
  readonly sections: readonly Section[];
  /** The last pass: the layout is known, and bytes are stored; before, only their number counts. */
  readonly storing: boolean;
  here(): Value;
  /** The value of an expression that has to be a plain number known at this point. */
  critical(expr: Expr): bigint;
}

/** Turns instructions, data and reserved room into bytes of the current section. */
export class Placer {
  private readonly target: Target;
  private readonly warn: (words: Message, at: Token) => void;
  /** Repetitions of jumps under TIMES in this pass. */
  private varying = 0;

  constructor(target: Target, warn: (words: Message, at: Token) => void) {
    this.target = target;
    this.warn = warn;
  }

  startPass(): void {
    this.varying = 0;
  }

  /** Puts an instruction, data or room, so many times over, at the current offset. */
  place(body: Body, times: number, token: Token): void {
    switch (body.kind) {
      case "instruction":
        this.placeInstruction(body.instruction, times);
        return;
      case "data": {
        this.judgeStored(token);
        const bytes = dataBytes(body, this.target.storing ? this.target : null, (e) => this.resolved(e), this.warn);
        if (this.target.storing) this.target.current.write(bytes, times, token);
        else this.target.current.advance(bytes.length * times, token);
        return;
      }
      case "reserve": {
        const bytes = reservedBytes(body, this.target.critical(body.count)) * times;
        if (this.target.current.empty || !this.target.storing) this.target.current.advance(bytes, token);
        else this.target.current.write([0], bytes, token);
      }
    }
  }

  /** Bytes in a section without contents are lost; in ABSOLUTE space they cannot be. */
  private judgeStored(token: Token): void {
    if (this.target.current.absolute !== null) throw new AsmError(messages.dataInAbsolute(), token);
    if (this.target.current.nobits && this.target.storing)
      this.warn(messages.dataInNobits(this.target.current.name), token);
  }

  /**
   * An expression's value with the sections' addresses put in: a number, an address, or either less an address of the
   * current section. Null for other combinations, which NASM refuses or gets wrong.
   * @param plain only a number or an address will do (displacements and jumps)
   */
  resolved(value: Value, plain = false): { number: bigint; at: Section | null } | null {
    let sum = value.number;
    let at: Section | null = null;
    let less = 0;
    for (const { key, times } of value.terms) {
      const section = this.target.sections[Number(key.slice(1))];
      if (section === undefined) return null;
      if (times === 1 && at === null) {
        sum += BigInt(section.virtualBase);
        at = section;
      } else if (times === -1 && less === 0 && !plain && section === this.target.current) {
        sum -= BigInt(section.virtualBase);
        less++;
      } else return null;
    }
    return { number: sum, at: less > 0 ? null : at };
  }

  private placeInstruction(instruction: Instruction, times: number): void {
    const { mnemonic } = instruction;
    this.judgeStored(mnemonic);
    if (instruction.constant) {
      instruction.encoded ??= Uint8Array.from(
        this.store(
          encode(instruction, this.target, () => null),
          0,
        ),
      );
      if (this.target.storing) this.target.current.write(instruction.encoded, times, mnemonic);
      else this.target.current.advance(instruction.encoded.length * times, mnemonic);
      return;
    }
    if (instruction.length > 0 && !this.target.storing) {
      this.target.current.advance(instruction.length * times, mnemonic);
      return;
    }
    const relative = instruction.forms.some((f) => f.row.operands[0]?.startsWith("rel"));
    if (relative && times > 1) this.varying += times;
    if (this.varying > LIMITS.timesVarying) throw new AsmError(messages.tooManyTimes(BigInt(times)), mnemonic);
    this.target.here();
    for (let left = relative ? times : Math.min(times, 1); left > 0; left--) {
      const encoding = encode(instruction, this.target, (target) => this.reach(target));
      const copies = relative ? 1 : times;
      if (instruction.rigid) instruction.length = encoding.bytes.length;
      if (!this.target.storing) this.target.current.advance(encoding.bytes.length * copies, mnemonic);
      else this.target.current.write(this.store(encoding, this.target.current.offset), copies, mnemonic);
    }
  }

  private reach(target: Value): bigint | null {
    const only = target.terms[0];
    if (target.terms.length !== 1 || only!.key !== this.target.current.key || only!.times !== 1) return null;
    return target.number - BigInt(this.target.current.offset);
  }

  /** Fills in the fields of an encoded instruction that lies at `offset` of the current section. */
  private store({ bytes, fields }: Encoding, offset: number): number[] {
    for (const field of fields) {
      const found = this.resolved(field.value, field.relative || field.operand.kind === "memory");
      const { token } = field.operand;
      if (found === null) {
        throw new AsmError(
          field.operand.kind === "memory" ? messages.badDisplacement() : messages.notRelocatable(),
          token,
        );
      }
      let value = found.number;
      if (field.relative) {
        value -= BigInt(this.target.current.virtualBase + offset + bytes.length);
        if (field.width === 1 && (value < -128n || value > 127n)) {
          throw new AsmError(messages.shortOutOfRange(value), token);
        }
      } else if (outOfRange(value, field.range)) this.warn(messages.overflow(value, field.width * 8), token);
      for (let i = 0; i < field.width; i++) {
        bytes[field.offset + i] = Number(BigInt.asUintN(8, value >> BigInt(8 * i)));
      }
    }
    return bytes;
  }
}
