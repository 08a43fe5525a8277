import { describe, expect, it } from "vitest";
import type { BinaryTranslation } from "../../../src/vmm/binary-translation/monitor.ts";
import { EXIT, PAGING, runs } from "./guests.ts";

/** What has become of the instruction in the present units that hold it. */
function treatmentsAt(vmm: BinaryTranslation, eip: number): string[] {
  return vmm.cache.all
    .filter(({ valid }) => valid)
    .flatMap((unit) =>
      unit.instructions.filter(({ from }) => unit.eip + from === eip).map(({ treatment }) => treatment),
    );
}

/** Every instruction that was ever translated, by treatment, as many times as it was. */
function allTreatments(vmm: BinaryTranslation): string[] {
  return vmm.cache.all.flatMap(({ instructions }) => instructions.map(({ treatment }) => treatment));
}

/** An entry of the page table, whose page nobody touches. */
const ENTRY = 0x11000 + 0x130 * 4;

/** Stores `count` times to `[edi]`, by one and the same instruction. */
const STORE = (count: number, label: string) => `
        mov ecx, ${count}
${label}: call store
        loop ${label}
`;
const BODY = `
        ${EXIT(0)}
wrong:  ${EXIT(1)}
        align 4096
store:  mov [edi], edx                  ; to the table or to data
        ret
        align 4096
`;

function storeEip(vmm: BinaryTranslation): number {
  const unit = vmm.cache.all.find(({ eip, bytes }) => (eip & 0xfff) === 0 && bytes[0] === 0x89 && bytes[1] === 0x17);
  return unit!.eip;
}

describe("an instruction that keeps hitting a trace", () => {
  it("is first taken for innocent, then made a callout after three faults", () => {
    const vmm = runs(
      `${PAGING}
        mov edi, ${ENTRY}
        mov edx, 0x130007
        ${STORE(20, "all")}
        ${BODY}`,
      0,
    );
    const { counts } = vmm;
    expect(counts.retranslated).toBe(1);
    expect(counts.calloutsBy("simulated")).toBe(17);
    expect(treatmentsAt(vmm, storeEip(vmm))).toEqual(["simulated"]);
    expect(allTreatments(vmm).filter((treatment) => treatment === "simulated").length).toBe(1);
  });

  it("becomes innocent again when it has behaved for long, and is identical then", () => {
    const vmm = runs(
      `${PAGING}
        mov edi, ${ENTRY}
        mov edx, 0x130007
        ${STORE(6, "table")}
        mov edi, 0x60000
        ${STORE(100, "data")}
        ${BODY}`,
      0,
    );
    const { counts } = vmm;
    // Three faults; three callouts that hit, and one that makes data dirty, which is in the table; then 64 that do not.
    expect(counts.retranslated).toBe(2);
    expect(counts.calloutsBy("simulated")).toBe(3 + 1 + 64);
    expect(treatmentsAt(vmm, storeEip(vmm))).toEqual(["identical"]);
  });

  it("stays a callout as long as it hits one now and then: quick to the safe side, slow back", () => {
    const vmm = runs(
      `${PAGING}
        mov ebx, 4
        mov edi, ${ENTRY}
        mov edx, 0x130007
        ${STORE(4, "first")}
more:   mov edi, 0x60000
        ${STORE(50, "data")}
        mov edi, ${ENTRY}
        mov edx, 0x130007
        call store
        dec ebx
        jnz more
        ${BODY}`,
      0,
    );
    expect(vmm.counts.retranslated).toBe(1);
    expect(treatmentsAt(vmm, storeEip(vmm))).toEqual(["simulated"]);
  });
});
