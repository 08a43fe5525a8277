import { describe, expect, it } from "vitest";
import { generateLines } from "./generate.ts";
import { differences, type TestLine } from "./lines.ts";
import { missingOracle } from "./nasm.ts";

const why = missingOracle();

/** Lines that a generator seldom hits: every one of them once went wrong, or stands on the edge of a rule. */
const EDGES: readonly string[] = [
  "mov ds, eax",
  "mov ds, word [eax]",
  "mov ds, dword [eax]",
  "mov dword [eax], ds",
  "mov eax, ds",
  "mov ax, ds",
  "mov cs, ax",
  "str dword [eax]",
  "lldt eax",
  "lar ax, ebx",
  "lar eax, dword [ebx]",
  "lea eax, byte [eax]",
  "invlpg dword [eax]",
  "lgdt dword [eax]",
  "les eax, far [eax]",
  "jmp short [eax]",
  "jmp byte 5",
  "call short $",
  "loop short $",
  "je word $",
  "push near 5",
  "mov eax, short 5",
  "mov eax, 1:2",
  "shl eax, byte 1",
  "shl eax, dword 5",
  "shl eax, strict 1",
  "shld eax, ebx, byte 5",
  "enter word 5, byte 6",
  "ret byte 5",
  "ret word 5",
  "add [eax], byte 5",
  "add [eax], dword 5",
  "add [eax], 5",
  "add dword [eax], byte 5",
  "mov dword [eax], byte 5",
  "mov [byte 5], al",
  "mov [eax*5], eax",
  "mov [nosplit eax*2], eax",
  "mov [nosplit eax*1], eax",
  "mov [eax*2+eax*2], eax",
  "mov [eax*1+ebp], eax",
  "mov [ebp*1+eax], eax",
  "mov [esp*1+eax], eax",
  "mov [esp+esp], eax",
  "mov [esp*2], eax",
  "mov [eax-ebx], eax",
  "mov [eax+ebx+ecx], eax",
  "mov [eax+bx], eax",
  "mov [bx+bp], eax",
  "mov [bx*2], eax",
  "mov [al], eax",
  "mov [ebx+0xfffffffc], eax",
  "mov ax, [bx+0xfffc]",
  "mov [eax*0+5], eax",
  "ds mov [es:5], al",
  "es ds movsb",
  "a16 mov eax, [ebx]",
  "o16 mov eax, ebx",
  "o16 iretd",
  "repne ret",
  "test eax, [ebx]",
  "xchg [ebx], eax",
  "imul eax, 5",
  "imul eax, strict 5",
  "push strict word 5",
  "push qword 5",
  "bswap ax",
  "movzx eax, [eax]",
  "movzx ax, [eax]",
  "movzx ax, ax",
  "setz word [eax]",
  "mov cr0, [eax]",
  "mov ax, cr0",
  "aam 5",
  "aad",
  "loop $, cx",
  "jcxz $, cx",
  "xlat",
  "rep",
  "vmxon [eax]",
  "vmxon qword [eax]",
  "vmclear [fs:bx+5]",
  "vmptrld dword [eax]",
  "vmptrst eax",
  "vmread eax, [ebx]",
  "vmread [ebx], eax",
  "vmread dword [ebx], eax",
  "vmread word [ebx], ax",
  "vmread cx, dx",
  "vmwrite eax, dword [ebx]",
  "vmwrite [ebx], eax",
  "invept eax, [ebx]",
  "invept eax, oword [ebx]",
  "invept eax, qword [ebx]",
  "invvpid ax, [ebx]",
  "invvpid eax, ebx",
];

describe.skipIf(why !== null)(`lines over all rows, compared with NASM${why ? ` (skipped: ${why})` : ""}`, () => {
  function check(lines: readonly TestLine[]): void {
    expect(differences(lines).found).toEqual([]);
  }

  it("4,000 generated lines give the same bytes, or both refuse", () => {
    const lines = generateLines(20, 4);
    expect(lines.length).toBeGreaterThan(3500);
    const { found, refused } = differences(lines);
    expect(found).toEqual([]);
    expect(refused).toBeLessThan(lines.length / 5);
  });

  it("lines on the edge of a rule", () => {
    check(EDGES.flatMap((text) => [32 as const, 16 as const].map((bits) => ({ bits, text }))));
  });
});
