import { describe, expect, it } from "vitest";
import { ROW_LIST } from "../../src/isa/rows.ts";
import { interruptionOf, interruptionWords } from "../../src/isa/vmx-events.ts";
import {
  ENTRY_FAILURES,
  EXIT_REASONS,
  exitReason,
  INSTRUCTION_ERRORS,
  VMX_ABORTS,
  wordsOf,
} from "../../src/isa/vmx-exits.ts";
import { informationParts, type Part, qualificationParts } from "../../src/isa/vmx-qualifications.ts";

const CHINESE = /[\u4e00-\u9fff]/;
const shown = (parts: readonly Part[]): string => parts.map(({ name, value }) => `${name.en}: ${value.en}`).join("; ");
const qualification = (reason: number, value: number, info = 0): string =>
  shown(qualificationParts(reason, value, info));

describe("exit reasons", () => {
  it("have each a number and a name, in order", () => {
    const numbers = EXIT_REASONS.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const names = EXIT_REASONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, words } of EXIT_REASONS) {
      expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      if (words === null) continue;
      expect(words.en, name).toMatch(/^[A-Z].*\.$/);
      expect(words.zh, name).toMatch(/[\u4e00-\u9fff].*。$/);
    }
    expect(exitReason(48)?.name).toBe("ept-violation");
    expect(exitReason(35)).toBeNull();
  });

  it("are known for every row that exits, and can occur here", () => {
    for (const { id, vmx } of ROW_LIST) if (vmx !== null) expect(exitReason(vmx.exitReason)?.words, id).toBeTruthy();
  });

  it("of an instruction's own name are given by its rows", () => {
    for (const { number, name, words } of EXIT_REASONS) {
      const rows = ROW_LIST.filter(({ mnemonic }) => mnemonic === name);
      if (words !== null) for (const { id, vmx } of rows) expect(vmx?.exitReason, id).toBe(number);
    }
  });

  it("come with the manual's unconditional list, as far as the instructions exist", () => {
    const always = new Set(ROW_LIST.filter(({ vmx }) => vmx?.control === "always").map(({ mnemonic }) => mnemonic));
    expect([...always].sort()).toEqual(
      "cpuid invd invept invvpid vmcall vmclear vmlaunch vmptrld vmptrst vmread vmresume vmwrite vmxoff vmxon".split(
        " ",
      ),
    );
  });

  it("never belong to what the manual says does not exit", () => {
    const never = /^(?:popf|pushf|cli|sti|iret|int|lar|lsl|verr|verw|smsw|arpl|jmp|call|ret|into|bound|nop|push|pop)/;
    for (const { id, mnemonic, vmx } of ROW_LIST) if (never.test(mnemonic)) expect(vmx, id).toBeNull();
  });
});

describe("errors and aborts", () => {
  it("have each a number, in both languages", () => {
    for (const list of [INSTRUCTION_ERRORS, ENTRY_FAILURES, VMX_ABORTS]) {
      const numbers = list.map(({ number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      for (const { words } of list) expect(words.zh).toMatch(CHINESE);
    }
    expect(INSTRUCTION_ERRORS).toHaveLength(25);
    expect(wordsOf(INSTRUCTION_ERRORS, 12)?.en).toContain("does not exist");
    expect(wordsOf(INSTRUCTION_ERRORS, 14)).toBeNull();
  });
});

describe("exit qualifications", () => {
  it("of control registers", () => {
    expect(qualification(28, 0x703)).toBe("control register: CR3; access: MOV to the register; general register: EDI");
    expect(qualification(28, 0x013)).toBe(
      "control register: CR3; access: MOV from the register; general register: EAX",
    );
    expect(qualification(28, 0x20)).toBe("control register: CR0; access: CLTS");
    expect(qualification(28, 0x12340070 | 0)).toBe(
      "control register: CR0; access: LMSW; operand: memory; source: 0x1234",
    );
  });

  it("of debug registers, ports and tasks", () => {
    expect(qualification(29, 0x317)).toBe("debug register: DR7; access: MOV from the register; general register: EBX");
    expect(qualification(30, 0x03f80000)).toBe(
      "port: 0x3f8; direction: OUT; bytes: 1; string instruction: no; REP: no; port as immediate: no",
    );
    expect(qualification(30, 0x0060_003b)).toBe(
      "port: 0x60; direction: IN; bytes: 4; string instruction: yes; REP: yes; port as immediate: no",
    );
    expect(qualification(9, 0xc0000028 | 0)).toBe("TSS selector: 0x28; initiated by: a task gate in the IDT");
  });

  it("of EPT violations", () => {
    expect(qualification(48, 0x182)).toBe(
      "access: write; allowed by EPT: none; linear address valid: yes; what was accessed: the page that the linear address is translated to; NMI unblocking by IRET: no",
    );
    expect(qualification(48, 0xab)).toContain("access: read, write; allowed by EPT: read, fetch");
    expect(qualification(48, 0xab)).toContain("a paging structure of the guest");
  });

  it("of exceptions depend on which", () => {
    expect(qualification(0, 0x8000_1000 | 0, 0x8000_0b0e | 0)).toBe("linear address: 0x80001000");
    expect(qualification(0, 0x4002, 0x8000_0301 | 0)).toContain("breakpoint conditions: B1");
    expect(qualification(0, 0, 0x8000_0b0d | 0)).toBe("");
  });

  it("of failed entries, addresses and operands", () => {
    expect(qualification(33, 4)).toBe("what failed: The VMCS link pointer");
    expect(qualification(34, 2)).toBe("item of the MSR list, from 1: 2");
    expect(qualification(14, 0x5000)).toBe("linear address: 0x5000");
    expect(qualification(21, 8)).toBe("displacement of the operand: 0x8");
    expect(qualification(10, 0)).toBe("");
  });

  it("come with instruction information", () => {
    // VMREAD EAX, ECX; VMWRITE EBX, [EBP+ESI*4]; LIDT [EDX] with 32-bit addresses; OUTSB from FS.
    expect(shown(informationParts(23, (1 << 28) | (1 << 10)))).toBe("operand: EAX; other register: ECX");
    expect(shown(informationParts(25, (3 << 28) | (5 << 23) | (6 << 18) | (2 << 15) | (1 << 7) | 2))).toBe(
      "operand: SS:[EBP+ESI*4+…]; address size: 32; other register: EBX",
    );
    expect(shown(informationParts(46, (3 << 28) | (1 << 22) | (2 << 23) | (3 << 15) | (1 << 7)))).toBe(
      "instruction: LIDT; operand: DS:[EDX+…]; address size: 32",
    );
    expect(shown(informationParts(30, 4 << 15))).toBe("address size: 16; segment: FS");
    expect(informationParts(18, 0)).toEqual([]);
  });
});

describe("interruption information", () => {
  it("is read as entries, exits and IDT vectoring write it", () => {
    expect(interruptionOf(0x8000_0b0e | 0)).toEqual({ vector: 14, type: 3, errorCode: true });
    expect(interruptionOf(0x30e)).toBeNull();
    expect(interruptionWords(0x8000_0b0e | 0).en).toBe("#PF, hardware exception, with error code");
    expect(interruptionWords(0x8000_0202 | 0).zh).toBe("NMI，NMI");
    expect(interruptionWords(0x8000_0480 | 0).en).toBe("INT 80h, software interrupt");
  });
});
