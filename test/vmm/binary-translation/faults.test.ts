import { describe, expect, it } from "vitest";
import { EXIT, PAGING, runs } from "./guests.ts";

/** A page that is not present until a page fault makes it so, and its entry in the page table. */
const HOLE = 0x20000;
const HOLE_ENTRY = 0x11000 + (HOLE >>> 12) * 4;

/** #PF makes the hole present, counts, and goes back: the instruction begins again. */
const HANDLER = `
fault:  or dword [${HOLE_ENTRY}], 1
        invlpg [${HOLE}]
        inc dword [0x6000]
        add esp, 4
        iretd
done:   cmp dword [0x6000], 1
        jne wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}`;

/** The hole begins with a doubleword twice. */
const prepare = (first: string) => `${PAGING}
        handler 14, fault
        mov dword [${HOLE}], ${first}
        mov dword [${HOLE + 4}], ${first}
        mov dword [${HOLE + 0x800}], 0x10
        and dword [${HOLE_ENTRY}], ~1
        invlpg [${HOLE}]
`;
/** Registers and flags that a sequence might disturb. */
const REGISTERS = `
        mov eax, 0x11223344
        mov ecx, 0x55667788
        mov ebx, ${HOLE}
        mov edi, ${HOLE + 0x800}
        stc
`;

/** In the guest's ring 0, faults that leave the stack usable: what the hole begins with, and the code. */
const KERNEL: readonly (readonly [string, string, string])[] = [
  ["RET's pop", "after", `mov esp, ${HOLE}\nret`],
  ["RET n's pop", "after", `mov esp, ${HOLE}\nret 8`],
  ["the operand of an indirect JMP", "after", "jmp [ebx]"],
  ["the operand of an indirect CALL", "after", "call [ebx]"],
  ["POPFD's pop", "0x246", `mov esp, ${HOLE}\npopfd\njmp after`],
  ["the write of MOV m16, DS", "0", "mov [ebx + 8], ds\njmp after"],
  ["the operand of LAR", "0", "lar edx, [edi]\njmp after"],
  ["the operand of VERR", "0", "verr [edi]\njmp after"],
  ["a repeated instruction", "0", "mov edi, 0x1fff8\nmov ecx, 4\nmov eax, esp\ncld\nrep stosd\njmp after"],
  ["the code itself, which is JMP EDI", "0xe7ff", `mov edi, after\njmp ${HOLE}`],
];

/** In its ring 3, translated because IF is 0: pushes that fault switch to the stack of ring 0. */
const USER: readonly (readonly [string, string])[] = [
  ["PUSHFD's push", `mov esp, ${HOLE + 0x1000}\npushfd\nint 0x30`],
  ["CALL's push", `mov esp, ${HOLE + 0x1000}\ncall after`],
  ["an indirect CALL's push", `mov esp, ${HOLE + 0x1000}\nmov eax, after\ncall eax`],
  ["PUSH DS", `mov esp, ${HOLE + 0x1000}\npush ds\nint 0x30`],
  ["RET's pop", `mov esp, ${HOLE}\nret`],
  ["the write of MOV m16, SS", "mov [ebx + 8], ss\nint 0x30"],
];

describe("a fault in the middle of a sequence is precise: registers, flags and EIP as on bare metal, at", () => {
  it.each(KERNEL)("%s", (_, first, code) => {
    runs(
      `${prepare(first)}${REGISTERS}${code}
after:  jmp done
${HANDLER}`,
      0,
    );
  });

  it.each(USER)("%s, from an outer ring", (_, code) => {
    const vmm = runs(
      `${prepare("after")}
        handler 0x30, done
        mov eax, 0x23
        mov ds, eax
        mov es, eax
        push dword 0x23
        push dword 0x7000
        push dword 2
        push dword 0x1b
        push dword user
        iretd
user:   ${REGISTERS}
        ${code}
after:  int 0x30
${HANDLER}`,
      0,
    );
    expect(vmm.counts.ticksDirect).toBe(0);
  });

  it("a stack that ends in the middle of PUSHFD's segment", () => {
    runs(
      `mov dword [GDT + 0x30], 0x00000fff
       mov dword [GDT + 0x34], 0x0040f700        ; expand-down, from 1000h
       handler 12, done
       push dword 0x33
       push dword 0x1000
       push dword 2
       push dword 0x1b
       push dword user
       iretd
user:  mov eax, 1
       mov ecx, 2
       pushfd
done:  cmp eax, 1
       jne wrong
       cmp ecx, 2
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("a divide in a copied instruction, with the flags that it began with", () => {
    runs(
      `handler 0, zero
       mov eax, 7
       xor edx, edx
       xor ecx, ecx
       stc
here:  div ecx
zero:  cmp dword [esp], here
       jne wrong
       test dword [esp + 8], 1
       jz wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("a return beyond the segment's limit: the fault is the return's target's, as on bare metal", () => {
    runs(
      `mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0x00409b11        ; code of 64 KiB at 110000h
       mov word [0x110000], 0xc3
       handler 13, fault
       push dword 0x20000
       jmp 0x30:0
fault: add esp, 4
       cmp dword [esp], 0
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });
});
