import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Memory } from "../../../src/machine/memory.ts";
import { HYPERCALLS } from "../../../src/vmm/paravirtual/abi.ts";
import { decodeCall } from "../../../src/vmm/paravirtual/decode.ts";
import { entryText, errnoName, hypercallName } from "../../../src/vmm/paravirtual/decode-text.ts";
import { HYPERCALL_LOG, LOG_RECORD, LOG_RECORDS } from "../../../src/vmm/paravirtual/layout.ts";
import { HypercallLog, type LoggedCall, POINTED_WORDS } from "../../../src/vmm/paravirtual/log.ts";
import { pointedBy, readPointed, recorded } from "../../../src/vmm/paravirtual/pointed.ts";

type Name = keyof typeof HYPERCALLS;

/** Decodes a call as the log keeps it, with what was at its pointer before and after. */
function decode(name: Name, args: readonly number[], read: number[] = [], written: number[] = [], result = 0) {
  const all = [...args, 0, 0, 0, 0, 0].slice(0, 5);
  return decodeCall({ hypercall: HYPERCALLS[name], args: all, read, written, result });
}
const said = (...call: Parameters<typeof decode>) => {
  const { name, args, answer } = decode(...call);
  return `${name}(${args})${answer === null ? "" : ` → ${answer}`}`;
};
const listed = (...call: Parameters<typeof decode>) =>
  decode(...call).entries.map(({ text, result }) => (result === null ? text : `${text} → ${result}`));

describe("a hypercall is decoded in the interface's own terms", () => {
  it("has page-table entries with frame and bits, and flags by name", () => {
    expect(said("update_va_mapping", [0x3f0000, 0x701003, 0, 0])).toBe(
      "update_va_mapping(va 0x3f0000, val 0x701003 (mfn 0x701, P RW), flags none)",
    );
    expect(said("update_va_mapping", [0x3f0000, 0, 0, 2])).toBe(
      "update_va_mapping(va 0x3f0000, val 0x0 (not present), flags INVLPG|LOCAL)",
    );
    expect(said("update_va_mapping", [0, 0, 0, 5])).toContain("flags TLB_FLUSH|ALL");
    expect(entryText(0xffffffff | 0)).toBe("0xffffffff (mfn 0xfffff, P RW U PWT PCD A D PS G)");
  });

  it("has every update of a list, and how many more there were", () => {
    const updates = [0x701ff8, 0, 0x702067, (0x705 << 12) | 1, 0, 0x305];
    const call = decode("mmu_update", [0x200000, 5, 0, 0x7ff0], updates);
    expect(call.args).toBe("count 5, domain self");
    expect(call.entries.map(({ text }) => text)).toEqual([
      "[0x701ff8] = 0x702067 (mfn 0x702, P RW U A D)",
      "m2p[mfn 0x705] = pfn 0x305",
    ]);
    expect(call.more).toBe(3);
  });

  it("has extended operations, descriptor tables and trap tables line by line", () => {
    const list = [1, 0x701, 0, 5, 0x701, 0, 13, 0x200000, 16, 7, 0x3f0000, 0, 99, 1, 2];
    expect(listed("mmuext_op", [0x1000, 5, 0, 0x7ff0], list)).toEqual([
      "PIN_L2_TABLE mfn 0x701",
      "NEW_BASEPTR mfn 0x701",
      "SET_LDT va 0x200000, entries 16",
      "INVLPG_LOCAL va 0x3f0000",
      "command 99",
    ]);
    expect(listed("set_gdt", [0x1000, 600], [0x701, 0x702])).toEqual(["page 0: mfn 0x701", "page 1: mfn 0x702"]);
    const traps = decode("set_trap_table", [0x1000], [0xe019040e | 0, 0x101000, 0, 0, 0x11, 0x22]);
    expect(traps.entries.map(({ text }) => text)).toEqual(["vector 0xe → e019:00101000, dpl 0, masks events"]);
    expect(traps.more).toBe(0);
  });

  it("has the calls within a multicall, each with its result", () => {
    const { entries, more } = decode(
      "multicall",
      [0x1000, 3],
      [HYPERCALLS.update_va_mapping, 0x3f0000, 0x701001, 0, 0, 0, HYPERCALLS.fpu_taskswitch, 1, 0, 0, 0, 0],
      [-22, 0],
    );
    expect(entries).toEqual([
      { text: "update_va_mapping(va 0x3f0000, val 0x701001 (mfn 0x701, P), flags none)", result: "-EINVAL" },
      { text: "fpu_taskswitch(TS = 1)", result: "0" },
    ]);
    expect(more).toBe(1);
  });

  it("has what was answered beside EAX, unless the call failed", () => {
    expect(said("event_channel_op", [1, 0x1000], [0, 0], [3])).toBe("event_channel_op(bind_virq(TIMER)) → port 3");
    expect(said("event_channel_op", [1, 0x1000], [0, 0], [3], -17)).toBe("event_channel_op(bind_virq(TIMER))");
    expect(said("event_channel_op", [0, 0x1000], [2, 5], [7])).toBe(
      "event_channel_op(bind_interdomain(domain 2, port 5)) → port 7",
    );
    expect(said("event_channel_op", [6, 0x1000], [0x7ff0], [4])).toBe(
      "event_channel_op(alloc_unbound(domain self, remote domain 0)) → port 4",
    );
    expect(listed("grant_table_op", [0, 0x1000, 1], [0x300000, 6, 8, 1], [0, 2])).toEqual([
      "ref 8 of domain 1 at 0x300000, host_map|readonly → handle 2",
    ]);
    expect(listed("grant_table_op", [0, 0x1000, 1], [0x300000, 2, 8, 1], [0xfffd0001 | 0, 0])).toEqual([
      "ref 8 of domain 1 at 0x300000, host_map → bad_gntref",
    ]);
  });

  it("has the sub-operations of the others by name", () => {
    expect(said("sched_op", [2, 0x1000], [0])).toBe("sched_op(shutdown(poweroff))");
    expect(said("sched_op", [1, 0])).toBe("sched_op(block)");
    expect(said("sched_op", [3, 0x1000], [0x2000, 2, 1000, 0])).toBe("sched_op(poll(2 ports, until 1000 ns))");
    expect(said("set_timer_op", [0, 1])).toBe("set_timer_op(at 4294967296 ns)");
    expect(said("stack_switch", [0xe021, 0x180000])).toBe("stack_switch(e021:00180000)");
    expect(said("console_io", [0, 6, 0x1000], [0x6c6c6548, 0x20200a6f])).toBe('console_io(write 6, "Hello\\n")');
    expect(said("vm_assist", [0, 2])).toBe("vm_assist(enable writable_pagetables)");
    expect(said("memory_op", [6, 0x1000], [0x2000, 4, 0, 0x7ff0])).toBe(
      "memory_op(populate_physmap(4 frames, domain self))",
    );
    expect(decodeCall({ hypercall: 99, args: [1, 2, 0, 0, 0], read: [], written: [], result: -38 })).toMatchObject({
      name: "hypercall 99",
      args: "0x1, 0x2, 0x0, 0x0, 0x0",
    });
    expect([hypercallName(1), errnoName(-22), errnoName(0)]).toEqual(["mmu_update", "EINVAL", null]);
  });

  it("has an answer for whatever a guest may ask", () => {
    const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const few = fc.oneof(word, fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.array(few, { minLength: 5, maxLength: 5 }),
        fc.array(few, { maxLength: POINTED_WORDS }),
        few,
        (hypercall, args, words, result) => {
          const pointed = pointedBy(hypercall, Int32Array.from(args));
          const kept = pointed === null ? 0 : recorded(pointed, words.length);
          const read = words.slice(0, kept * (pointed?.read.length ?? 0));
          const written = words.slice(0, kept * (pointed?.written.length ?? 0));
          const call = decodeCall({ hypercall, args, read, written, result });
          const text = `${call.name} ${call.args} ${call.entries.map((entry) => `${entry.text} ${entry.result}`)}`;
          expect(text).not.toMatch(/undefined|NaN|object/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("the log of hypercalls", () => {
  const call = (number: number, more: Partial<LoggedCall> = {}): LoggedCall => ({
    number,
    domain: 1,
    hypercall: 14,
    args: [1, 2, 3, 4, -5],
    read: [],
    written: [],
    result: 0,
    eip: 0x100000,
    tick: number * 10,
    refusal: null,
    ...more,
  });

  it("gives back what was written, and keeps the last 1024 in its own memory", () => {
    const memory = new Memory(8 << 20);
    const log = new HypercallLog(memory);
    const full = call(1, {
      domain: 7,
      read: Array.from({ length: POINTED_WORDS - 2 }, (_, i) => i - 3),
      written: [7, -8],
      result: -22,
      refusal: { reason: "frame-is-page-table", a: 0x701, b: -1 },
    });
    log.write(full);
    expect(log.read(1, 10)).toEqual([full]);
    for (let number = 2; number <= LOG_RECORDS + 5; number++) log.write(call(number));
    const kept = log.read(LOG_RECORDS + 5, 5000);
    expect(kept.map(({ number }) => number)).toEqual(Array.from({ length: LOG_RECORDS }, (_, i) => i + 6));
    const outside = memory.bytes.filter(
      (byte, at) => byte !== 0 && (at < HYPERCALL_LOG || at >= HYPERCALL_LOG + LOG_RECORDS * LOG_RECORD),
    );
    expect(outside.length).toBe(0);
  });

  it("keeps of a list what has room, up to what cannot be read", () => {
    const args = Int32Array.of(0x1000, 100, 0, 0x7ff0, 0);
    const pointed = pointedBy(HYPERCALLS.mmu_update, args)!;
    expect(recorded(pointed, POINTED_WORDS)).toBe(Math.floor(POINTED_WORDS / 3));
    const readable = (linear: number) => (linear < 0x1020 ? linear : null);
    expect(readPointed(pointed, pointed.read, 17, args, readable)).toEqual([
      0x1000, 0x1004, 0x1008, 0x1010, 0x1014, 0x1018,
    ]);
    expect(pointedBy(HYPERCALLS.mmu_update, new Int32Array(5))).toBeNull();
  });
});
