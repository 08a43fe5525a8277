import { expect, it } from "vitest";
import { ROW_LIST } from "../../src/isa/rows.ts";
import { interceptWords } from "../../src/isa/vmx-intercepts.ts";

const wordsOf = (id: string) => interceptWords(ROW_LIST.find((row) => row.id === id)!.vmx!);

it("every row that may exit says its reason and what decides, in both languages", () => {
  for (const { vmx } of ROW_LIST) {
    if (vmx === null) continue;
    const { en, zh } = interceptWords(vmx);
    expect(en).toContain(`reason ${vmx.exitReason} (`);
    expect(zh).toContain(`原因 ${vmx.exitReason}（`);
    expect(en + zh).not.toContain("undefined");
    expect(en).toMatch(/[.]$/);
    expect(zh).toMatch(/[。]$/);
  }
});

it("names the control, or says that nothing decides", () => {
  expect(wordsOf("hlt").en).toContain("if the control “HLT exiting” is 1");
  expect(wordsOf("cpuid").en).toContain("always exits, with reason 10 (CPUID)");
});
