import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { translate } from "../../src/cpu/paging.ts";
import { CpuState, VMX_NON_ROOT } from "../../src/cpu/state.ts";
import { eptPointerOf } from "../../src/cpu/vmx/nested.ts";
import { explainWalk } from "../../src/cpu/vmx/nested-walk.ts";
import { Memory } from "../../src/machine/memory.ts";

const PML4 = 0x2000;
const PDPT = 0x3000;
const PD = 0x4000;
const PT = 0x5000;
const GUEST_PD = 0x6000;
const GUEST_PT = 0x7000;
const PAGE = 0x8000;

interface Tables {
  readonly pml4: number;
  readonly pdpt: number;
  readonly pd: number;
  readonly pt: readonly number[];
  readonly pde: number;
  readonly pte: number;
  readonly accessedDirty: boolean;
  readonly cr0Wp: boolean;
}

/** Flags of a table entry: mostly all right, now and then without a right, reserved or misconfigured. */
const flags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(7) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xff }) },
);
const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0x37, 0x337, 0x07) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0x3ff }) },
);
const guestFlags = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(7, 0x67, 0x27) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xff }) },
);

const tables: fc.Arbitrary<Tables> = fc.record({
  pml4: flags,
  pdpt: flags,
  pd: flags,
  pt: fc.array(leaf, { minLength: 4, maxLength: 4 }),
  pde: guestFlags,
  pte: guestFlags,
  accessedDirty: fc.boolean(),
  cr0Wp: fc.boolean(),
});

/** A guest of one page, with its tables, each in a page of EPT of its own. */
function build({ pml4, pdpt, pd, pt, pde, pte, accessedDirty, cr0Wp }: Tables) {
  const memory = new Memory(1 << 16);
  memory.write32(PML4, PDPT | pml4);
  memory.write32(PDPT, PD | pdpt);
  memory.write32(PD, PT | pd);
  pt.forEach((entry, i) => {
    memory.write32(PT + (6 + i) * 8, (GUEST_PD + i * 0x1000) | entry);
  });
  memory.write32(GUEST_PD, GUEST_PT | pde);
  memory.write32(GUEST_PT, PAGE | pte);
  const state = new CpuState();
  state.vmxMode = VMX_NON_ROOT;
  state.eptPointer = PML4 | 0x1e | (accessedDirty ? 0x40 : 0);
  state.cr0 = 0x80000021 | (cr0Wp ? 1 << 16 : 0) | 0;
  state.cr3 = GUEST_PD;
  state.cr4 = 0x10;
  return { memory, state };
}

describe("the walk explained", () => {
  it("is the processor's own walk, whatever the tables say", () => {
    const access = fc.constantFrom("read", "write", "execute" as const);
    const seen = new Set<string>();
    fc.assert(
      fc.property(tables, access, fc.boolean(), fc.integer({ min: 0, max: 0xfff }), (given, how, user, offset) => {
        const { memory, state } = build(given);
        const pointer = eptPointerOf(state);
        const told = explainWalk(memory, state, {
          pointer,
          address: offset,
          space: "linear",
          access: how as "read",
          user,
        });
        // The real access marks, which EPT may refuse where it would let the tables be read.
        const real = translate(memory, state, offset, how as "read", user, true);
        seen.add(told.end);
        expect(told.end === "arrives").toBe(real.ok);
        if (real.ok) expect(told.physical).toBe(real.physical >>> 0);
        else if (told.end === "page-fault") expect(real).toMatchObject({ errorCode: told.errorCode });
        expect(told.references.length).toBeLessThanOrEqual(14);
      }),
      { numRuns: 3000, seed: 5 },
    );
    expect(seen).toEqual(new Set(["arrives", "page-fault", "ept-violation", "ept-misconfiguration"]));
  });

  it("takes 14 references where every level is there", () => {
    const { memory, state } = build({
      ...{ pml4: 7, pdpt: 7, pd: 7, pt: [0x37, 0x37, 0x37, 0x37], pde: 7, pte: 7 },
      ...{ accessedDirty: false, cr0Wp: true },
    });
    const question = {
      pointer: eptPointerOf(state),
      address: 0x123,
      space: "linear",
      access: "read",
      user: true,
    } as const;
    const told = explainWalk(memory, state, question);
    expect(told.references).toHaveLength(14);
    expect(told).toMatchObject({ end: "arrives", physical: PAGE | 0x123, guestPhysical: PAGE | 0x123 });
  });
});
