import { describe, expect, test } from "vitest";
import { TLB_DATA, TLB_GLOBAL, TLB_SUPERVISOR_READ, Tlb } from "../../src/cpu/tlb.ts";

const PAGE_A = 0x5000;
const PAGE_B = 0x6000;
const EPT_1 = 0x10_0000;
const EPT_2 = 0x20_0000;

/** A TLB in which VPIDs 0, 1 and 2 have entered pages; VPID 1 under two EPT pointers. 0 is in use. */
function filled(): Tlb {
  const tlb = new Tlb();
  const enter = (vpid: number, ept: number, page: number, frame: number, flags = 0): void => {
    tlb.select(vpid, ept);
    tlb.enter(TLB_DATA, page, frame, TLB_SUPERVISOR_READ | flags);
  };
  enter(1, EPT_1, PAGE_A, 0x11000);
  enter(1, EPT_1, PAGE_B, 0x12000, TLB_GLOBAL);
  enter(1, EPT_2, PAGE_A, 0x13000);
  enter(2, 0, PAGE_A, 0x21000);
  enter(0, 0, PAGE_A, 0x1000);
  return tlb;
}

/** The frames that the contexts hold: 0, VPID 1 under both pointers, VPID 2. */
function held(tlb: Tlb): string {
  const frames = (vpid: number, ept: number): string => {
    tlb.select(vpid, ept);
    const found: string[] = [];
    for (let i = 0; i < tlb.words.length; i += 2) if (tlb.words[i] !== 0) found.push(tlb.words[i + 1]!.toString(16));
    return found.join("+") || "-";
  };
  return [frames(0, 0), frames(1, EPT_1), frames(1, EPT_2), frames(2, 0)].join(" ");
}

function check(change: (tlb: Tlb) => void, expected: string): void {
  const tlb = filled();
  change(tlb);
  expect(held(tlb)).toBe(expected);
}

describe("translations are tagged by VPID and EPT pointer", () => {
  test("each finds its own again", () => check(() => {}, "1000 11000+12000 13000 21000"));
  test("what flushes one address space leaves the others", () =>
    check((tlb) => tlb.flush(), "- 11000+12000 13000 21000"));
  test("INVEPT of one pointer", () => check((tlb) => tlb.drop((_, ept) => ept === EPT_1), "1000 - 13000 21000"));
  test("INVVPID of an address, under any pointer", () =>
    check((tlb) => tlb.dropAddress(1, PAGE_A + 0x123), "1000 12000 - 21000"));
  test("INVVPID of one VPID, but for what is global", () => check((tlb) => tlb.dropNonGlobal(1), "1000 12000 - 21000"));
  test("INVVPID of all, which VPID 0 is not one of", () =>
    check((tlb) => tlb.drop((vpid) => vpid !== 0), "1000 - - -"));
  test("all of it is saved", () =>
    check((tlb) => {
      const saved = tlb.save();
      tlb.drop(() => true);
      tlb.load(saved);
    }, "1000 11000+12000 13000 21000"));
  test("the context set aside longest goes first, where there are too many", () =>
    check((tlb) => {
      for (let vpid = 10; vpid < 30; vpid++) tlb.select(vpid, 0);
      tlb.select(0, 0);
    }, "- - - -"));
});
