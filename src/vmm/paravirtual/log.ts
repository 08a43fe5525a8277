import type { Memory } from "../../machine/memory.ts";
import { HYPERCALL_LOG, LOG_RECORD, LOG_RECORDS } from "./layout.ts";
import { REFUSALS, type Refusal, type Refused } from "./refusals.ts";

/** A hypercall as it is kept for those who look: its arguments as they were, and what came of it. */
export interface LoggedCall {
  /** Counted from 1, over all domains. */
  readonly number: number;
  readonly domain: number;
  readonly hypercall: number;
  /** EBX, ECX, EDX, ESI, EDI. */
  readonly args: readonly number[];
  /** Doublewords at its pointer, as `pointed.ts` has them: before it, and after it. */
  readonly read: readonly number[];
  readonly written: readonly number[];
  /** EAX; of no meaning for iret. */
  readonly result: number;
  /** Where the guest called: behind the CALL into the hypercall page, or behind the INT where there was none. */
  readonly eip: number;
  /** Guest instructions ended by then. */
  readonly tick: number;
  /** Why it, or the last part of it that failed, was refused. */
  readonly refusal: Refused | null;
}

const REFUSAL_LIST = Object.keys(REFUSALS) as readonly Refusal[];
/** Words of a record before what was pointed at. */
const FIXED = 13;
/** Doublewords at a hypercall's pointer that are kept. */
export const POINTED_WORDS = LOG_RECORD / 4 - FIXED;

/** The last hypercalls, as records in the hypervisor's memory (as xentrace keeps them in a ring). */
export class HypercallLog {
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  write(call: LoggedCall): void {
    const at = HYPERCALL_LOG + ((call.number - 1) % LOG_RECORDS) * LOG_RECORD;
    const { refusal, read, written } = call;
    const reason = refusal === null ? 0 : REFUSAL_LIST.indexOf(refusal.reason) + 1;
    const words = [
      call.number,
      call.domain | (read.length << 4) | (written.length << 10) | (reason << 16),
      call.hypercall,
      ...call.args,
      call.result,
      call.eip,
      call.tick,
      refusal?.a ?? 0,
      refusal?.b ?? 0,
      ...read,
      ...written,
    ];
    words.forEach((word, i) => {
      this.memory.write32(at + i * 4, word | 0);
    });
  }

  /** The latest hypercalls, newest last; `last` is the number of the latest one, `most` how many are wanted. */
  read(last: number, most: number): LoggedCall[] {
    const count = Math.min(last, most, LOG_RECORDS);
    return Array.from({ length: count }, (_, i) => this.record(last - count + 1 + i));
  }

  private record(number: number): LoggedCall {
    const at = HYPERCALL_LOG + ((number - 1) % LOG_RECORDS) * LOG_RECORD;
    const word = (index: number) => this.memory.read32(at + index * 4);
    const words = (from: number, count: number) => Array.from({ length: count }, (_, i) => word(from + i));
    const flags = word(1);
    const reason = flags >>> 16;
    const [read, written] = [(flags >>> 4) & 63, (flags >>> 10) & 63];
    return {
      number,
      domain: flags & 15,
      hypercall: word(2),
      args: words(3, 5),
      read: words(FIXED, read),
      written: words(FIXED + read, written),
      result: word(8),
      eip: word(9) >>> 0,
      tick: word(10) >>> 0,
      refusal: reason === 0 ? null : { reason: REFUSAL_LIST[reason - 1]!, a: word(11), b: word(12) },
    };
  }
}
