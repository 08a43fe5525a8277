import { describe, expect, it } from "vitest";
import { EXIT, PAGING, runs } from "./guests.ts";

/** MOV EAX, imm32; RET, with the number that it gives. */
const GIVES = (number: number) => `0xb8, ${number}, 0, 0, 0, 0xc3`;

describe("code that changes is executed as it is when it is executed", () => {
  it("later in the same unit", () => {
    runs(
      `
        mov ecx, 5
.next:  mov byte [.patch + 1], 7
.patch: mov al, 1                       ; 7 by the time it is executed
        cmp al, 7
        jne wrong
        mov byte [.patch + 1], 1
        dec ecx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}`,
      0,
    );
  });

  it("by an instruction that writes over itself", () => {
    runs(
      `
        mov edi, .self
        mov al, 0x90
        mov ecx, 2
        cld
.self:  rep stosb                       ; two bytes: its own
        mov eax, edi
        sub eax, .self
        cmp al, 2
        ja wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}`,
      0,
    );
  });

  it("in another unit that has been chained to", () => {
    const { counts } = runs(
      `
        mov ebx, 6
.next:  call work
        cmp al, bl
        je .equal
        cmp bl, 6
        jne wrong
.equal: dec ebx
        mov [work + 1], bl
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}
        align 4096
work:  mov al, 0
        ret`,
      0,
    );
    expect(counts.givenUp).toBeGreaterThan(3);
  });

  it("to another length of instructions, and back", () => {
    runs(
      `
        mov ebx, 4
.next:  mov dword [code], 0x9090c031    ; xor eax, eax; nop; nop
        call code
        test eax, eax
        jnz wrong
        mov dword [code], 0x90c08366    ; add ax, -112: the 90 is its operand
        call code
        cmp eax, 0xff90
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}
        align 4096
code:   times 4 nop
        ret`,
      0,
    );
  });

  it("by user code that runs directly, in the kernel's code", () => {
    const { counts } = runs(
      `${PAGING}
        handler 0x30, call_kernel
        mov eax, 0x23
        mov ds, eax
        mov es, eax
        push dword 0x23
        push dword 0x7000
        push dword 0x202
        push dword 0x1b
        push dword user
        iretd
user:   mov ebx, 4
.next:  mov [service + 1], bl
        int 0x30
        cmp al, bl
        jne .bad
        dec ebx
        jnz .next
        mov byte [service + 1], 99
        int 0x30
.bad:   mov byte [service + 1], 98
        int 0x30
        jmp $
call_kernel:
        call service
        cmp al, 98
        jae end
        iretd
end:    cmp al, 99
        jne wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}
        align 4096
service:
        mov al, 0
        ret
        align 4096`,
      0,
    );
    expect(counts.ticksDirect).toBeGreaterThan(10);
    expect(counts.givenUp).toBeGreaterThan(2);
  });

  it("through another linear address of the same page", () => {
    runs(
      `${PAGING}
        mov eax, code
        or eax, 7
        mov [0x11000 + 0x200 * 4], eax   ; 200000h: the page of the code again
        invlpg [0x200000]
        mov ebx, 4
.next:  mov [0x200001], bl
        call code
        cmp al, bl
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}
        align 4096
code:   mov al, 0
        ret`,
      0,
    );
  });
});

/** Two pages of code at 20000h and 21000h, and 30000h mapped to one or the other. */
const REMAPPED = `${PAGING}
        mov esi, one
        mov edi, 0x20000
        mov ecx, 6
        rep movsb
        mov esi, two
        mov edi, 0x21000
        mov ecx, 6
        rep movsb
`;
const MAP_30000 = (page: number) => `mov dword [0x11000 + 0x30 * 4], ${page + 7}\n`;
const CODE = `
one:    db ${GIVES(1)}
two:    db ${GIVES(2)}
wrong:  ${EXIT(1)}`;

describe("code that is mapped elsewhere is executed from there", () => {
  it.each([
    ["INVLPG", "invlpg [0x30000]"],
    ["a load of CR3", "mov eax, cr3\nmov cr3, eax"],
  ])("after %s", (_, order) => {
    const { counts } = runs(
      `${REMAPPED}
        mov ebx, 3
.next:  ${MAP_30000(0x20000)}${order}
        call 0x30000
        cmp eax, 1
        jne wrong
        ${MAP_30000(0x21000)}${order}
        call 0x30000
        cmp eax, 2
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
${CODE}`,
      0,
    );
    expect(counts.givenUp).toBeGreaterThan(2);
  });

  it("in another address space", () => {
    runs(
      `${REMAPPED}
        mov esi, 0x11000
        mov edi, 0x14000                 ; another table, and a directory at 13000h
        mov ecx, 0x140
        rep movsd
        ${MAP_30000(0x20000)}
        mov dword [0x14000 + 0x30 * 4], 0x21007
        mov dword [0x13000], 0x14007
        mov ebx, 3
.next:  mov eax, 0x10000
        mov cr3, eax
        call 0x30000
        cmp eax, 1
        jne wrong
        mov eax, 0x13000
        mov cr3, eax
        call 0x30000
        cmp eax, 2
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
${CODE}`,
      0,
    );
  });

  it("when paging goes off and on", () => {
    runs(
      `${REMAPPED}
        mov esi, two
        mov edi, 0x30000                 ; what is there without paging
        mov ecx, 6
        rep movsb
        ${MAP_30000(0x20000)}invlpg [0x30000]
        mov ebx, 3
.next:  call 0x30000
        cmp eax, 1
        jne wrong
        mov eax, cr0
        and eax, 0x7fffffff
        mov cr0, eax
        call 0x30000
        cmp eax, 2
        jne wrong
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        dec ebx
        jnz .next
        ${EXIT(0)}
${CODE}`,
      0,
    );
  });

  it("where an instruction crosses into a page that is mapped anew", () => {
    runs(
      `${PAGING}
        mov word [0x2fffe], 0x01b8       ; MOV EAX, imm32: two bytes in one page,
        mov dword [0x20000], 0xc3000000  ; three and RET in the next, here of 1
        mov dword [0x21000], 0xc3010000  ; and here of 1000001h
        mov ebx, 3
.next:  ${MAP_30000(0x20000)}invlpg [0x30000]
        call 0x2fffe
        cmp eax, 1
        jne wrong
        ${MAP_30000(0x21000)}invlpg [0x30000]
        call 0x2fffe
        cmp eax, 0x01000001
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}`,
      0,
    );
  });

  it("where an instruction crosses into a page that is written", () => {
    runs(
      `
        mov word [0x2fffe], 0x01b8
        mov ebx, 4
.next:  mov dword [0x30000], 0xc3000000
        mov [0x30000], bl
        call 0x2fffe
        cmp ah, bl
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}`,
      0,
    );
  });

  it("where it is not present any more: the fault is the guest's", () => {
    runs(
      `${REMAPPED}
        handler 14, fault
        ${MAP_30000(0x20000)}invlpg [0x30000]
        call 0x30000
        mov dword [0x11000 + 0x30 * 4], 0
        invlpg [0x30000]
        call 0x30000
wrong2: ${EXIT(2)}
fault:  mov eax, cr2
        cmp eax, 0x30000
        jne wrong
        cmp dword [esp + 4], 0x30000
        jne wrong
        ${EXIT(0)}
${CODE}`,
      0,
    );
  });
});

describe("code that lies in a page table", () => {
  it("sees the accessed and dirty bits that the processor sets", () => {
    // The entry of page 20h, whose dirty bit is bit 6 of a byte that is executed: MOV AL, 27h or 67h after B0.
    runs(
      `${PAGING}
        mov byte [0x11000 + 0x1f * 4 + 3], 0xb0  ; the top byte of the entry before
        mov word [0x11000 + 0x20 * 4], 0xc327    ; MOV AL, imm8; RET, in the entry of page 20h, which maps C000h and on
        invlpg [0x20000]
        mov ebx, 3
.next:  call 0x11000 + 0x1f * 4 + 3
        mov dl, al
        mov byte [0x20000], 1                    ; sets the dirty bit
        call 0x11000 + 0x1f * 4 + 3
        cmp al, 0x67
        jne wrong
        dec ebx
        jnz .next
        ${EXIT(0)}
wrong:  ${EXIT(1)}`,
      0,
    );
  });
});
