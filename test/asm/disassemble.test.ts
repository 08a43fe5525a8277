import { describe, expect, it } from "vitest";
import { disassembleBytes } from "../../src/asm/disassemble.ts";

/** Disassembles the hexadecimal bytes, which stand at 0x1000. */
function check(hex: string, text: string, bits: 16 | 32 = 32): void {
  const bytes = Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
  const line = disassembleBytes(bytes, 0, 0x1000, bits);
  expect(line.text).toBe(text);
  expect(line.length).toBe(line.insn === null ? 1 : bytes.length);
}

describe("the disassembler", () => {
  it("writes memory operands, with a size only where nothing else tells it", () => {
    check("c7 44 83 f8 05 00 00 00", "mov dword [ebx+eax*4-0x8], 0x5");
    check("8b 45 08", "mov eax, [ebp+0x8]");
    check("0f b6 03", "movzx eax, byte [ebx]");
    check("d3 23", "shl dword [ebx], cl");
    check("64 a1 14 00 00 00", "mov eax, [fs:0x14]");
    check("8b 04 95 00 00 00 c0", "mov eax, [nosplit edx*4+0xc0000000]");
    check("67 8b 42 05", "mov eax, [bp+si+0x5]");
    check("67 a0 34 12", "mov al, [word 0x1234]");
    check("0f 01 10", "lgdt [eax]");
  });

  it("writes small negative amounts with a sign, and masks without", () => {
    check("83 c4 f8", "add esp, -0x8");
    check("83 e4 f0", "and esp, 0xfffffff0");
    check("6a ff", "push -0x1");
    check("b0 ff", "mov al, 0xff");
  });

  it("writes branch targets as addresses", () => {
    check("eb fe", "jmp short 0x1000");
    check("0f 84 fa 0f 00 00", "je near 0x2000");
    check("e8 fb ff ff ff", "call 0x1000");
    check("66 e9 fc ff", "jmp near word 0x1000");
    check("e2 fe", "loop 0x1000");
    check("67 e2 fd", "loop 0x1000, cx");
    check("67 e3 fd", "jcxz 0x1000");
  });

  it("writes far pointers", () => {
    check("ea 78 56 34 12 08 00", "jmp 0x8:0x12345678");
    check("66 ea 34 12 08 00", "jmp word 0x8:0x1234");
    check("ff 2b", "jmp far [ebx]");
    check("66 ff 1b", "call far word [ebx]");
    check("c5 03", "lds eax, [ebx]");
  });

  it("shows operand and address sizes that differ from the default", () => {
    check("66 c3", "o16 ret");
    check("66 6a 05", "push word 0x5");
    check("66 9c", "pushfw");
    check("66 1e", "o16 push ds");
    check("66 8c 1b", "o16 mov word [ebx], ds");
    check("67 a4", "a16 movsb");
    check("c3", "ret", 16);
    check("66 c3", "o32 ret", 16);
    check("67 8b 03", "mov ax, [ebx]", 16);
  });

  it("writes LOCK, repetition and the segment of implied operands", () => {
    check("f0 0f b1 0b", "lock cmpxchg [ebx], ecx");
    check("f3 a5", "rep movsd");
    check("f3 a6", "repe cmpsb");
    check("f2 ae", "repne scasb");
    check("64 a4", "fs movsb");
    check("f3 90", "pause");
  });

  it("writes VMX instructions, prefixes as part of the opcode", () => {
    check("f3 0f c7 30", "vmxon [eax]");
    check("66 0f c7 70 08", "vmclear [eax+0x8]");
    check("0f c7 30", "vmptrld [eax]");
    check("0f 78 03", "vmread [ebx], eax");
    check("0f 79 c3", "vmwrite eax, ebx");
    check("0f 78 d1", "vmread ecx, edx", 16);
    check("66 0f 38 80 03", "invept eax, [ebx]");
    check("0f 01 c3", "vmresume");
  });

  it("writes control, debug and segment registers", () => {
    check("0f 22 d8", "mov cr3, eax");
    check("0f 23 f9", "mov dr7, ecx");
    check("8e d8", "mov ds, ax");
    check("8c c8", "mov eax, cs");
  });

  it("uses the names it is given", () => {
    const names = (address: number): string | null => (address === 0x1000 ? "start" : null);
    expect(disassembleBytes(Uint8Array.of(0xeb, 0xfe), 0, 0x1000, 32, names).text).toBe("jmp short start");
    expect(disassembleBytes(Uint8Array.of(0xa1, 0, 0x10, 0, 0), 0, 0, 32, names).text).toBe("mov eax, [start]");
  });

  it("declares a byte where there is no instruction", () => {
    check("d9 c0", "db 0xd9");
    check("b8 01", "db 0xb8");
  });
});
