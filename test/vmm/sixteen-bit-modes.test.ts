import { describe, expect, it } from "vitest";
import { binaryTranslation } from "../../src/vmm/binary-translation/strategy.ts";
import { trapAndEmulate } from "../../src/vmm/trap-and-emulate/strategy.ts";
import { vtx } from "../../src/vmm/vtx/strategy.ts";
import { compare } from "./guests.ts";
import { strategyWith } from "./vtx/guests.ts";

/** Vectors 20h on, the timer alone. The handler counts at 5000h, in both modes. */
const TIMER = `
%macro outb 2
        mov al, %2
        out %1, al
%endmacro
        outb 0x20, 0x11
        outb 0x21, 0x20
        outb 0x21, 4
        outb 0x21, 1
        outb 0x21, 0xfe
        outb 0x43, 0x34
        outb 0x40, 3
        outb 0x40, 0
`;
const EXIT = (code: number) => `
        mov al, ${code}
        out 0xf4, al
        jmp $
`;

/** The image's offset in the segment FFFF0h, which real-address mode reaches. */
const at = (label: string) => `${label} - 0xffff0`;

/** To real-address mode and back. A vector table at 4000h; SP is 7000h, ES keeps the limit of the flat segment. */
const REAL = `
        mov dword [GDT + 0x30], 0xfff0ffff
        mov dword [GDT + 0x34], 0x00009b0f
        mov edi, 0x4000
        mov eax, 0xffff0000 + ${at("stray")}
        mov ecx, 64
        rep stosd
        mov word [0x4000 + 6 * 4], ${at("undefined")}
        mov word [0x4000 + 13 * 4], ${at("beyond")}
        mov word [0x4000 + 0x20 * 4], ${at("tick")}
        mov word [0x4000 + 0x21 * 4], ${at("service")}
        ${TIMER}
        lidt [vectors]
        jmp 0x30:${at("leave_protected")}
vectors: dw 0xff
        dd 0x4000
bits 16
leave_protected:
        mov eax, 0x10
        mov cr0, eax
        jmp 0xffff:${at("real")}
real:   xor ax, ax
        mov ss, ax
        mov sp, 0x7000
        mov ds, ax
        mov ax, 0x1000
        mov es, ax
        mov ebx, 0x123450
        mov dword [es:ebx], 0x11223344
        sti
        mov cx, 100
here:   pushf
        popf
        add dx, 1
        loop here
        int 0x21
        push cs
        push word ${at("returned")}
        retf
returned:
        arpl ax, bx
        jmp dword 0xffff:0x10000
        mov ax, 0x3002
        push ax
        popf
        pushfd
        pop edx
        lmsw ax
        mov eax, 0x11
        mov cr0, eax
        jmp dword 8:protected
service: mov [0x5010], sp
        pushf
        pop word [0x5012]
        iret
undefined: mov bp, sp
        add word [bp], 2
        inc byte [0x5014]
        iret
beyond: mov bp, sp
        add word [bp], 8
        inc byte [0x5015]
        iret
tick:   push ax
        inc word [0x5000]
        mov al, 0x20
        out 0x20, al
        pop ax
        iret
stray:  ${EXIT(2)}
bits 32
protected: mov eax, 0x10
        mov ss, ax
        mov esp, 0x9000
        mov ds, ax
        mov es, ax
        lidt [idtr]
        cmp word [0x5000], 0
        je wrong
        cmp word [0x5014], 0x101
        jne wrong
        cmp dword [0x133450], 0x11223344
        jne wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}`;

/** Code of virtual-8086 mode under a monitor that skips what it is asked about. */
const VIRTUAL = (iopl: number) => `
        handler 0x0d, monitor
        handler 0x20, tick
        handler 0x21, service
        handler 3, service
        ${TIMER}
        push dword 0x4444
        push dword 0x3333
        push dword 0x2000
        push dword 0x1000
        push dword 0
        push dword 0x7000
        push dword ${0x20202 | (iopl << 12)}
        push dword 0xffff
        push dword ${at("virtual")}
        iretd
bits 16
virtual: mov cx, 60
here:   pushf
        popf
        cli
        sti
        in al, 0x60
        mov ax, gs
        mov ds, ax
        add [0], cx
        loop here
        int 0x21
        nop
        int3
        xor ax, ax
        mov ds, ax
        mov [0x5004], sp
        hlt
bits 32
monitor: push eax
        push ebx
        mov eax, 0x10
        mov ds, ax
        movzx ebx, word [esp + 16]
        shl ebx, 4
        add ebx, [esp + 12]
        cmp byte [ebx], 0xf4
        je done
        inc dword [0x5008]
        mov eax, 1
        cmp byte [ebx], 0xcd
        je .two
        cmp byte [ebx], 0xe4
        jne .one
.two:   inc eax
.one:   add [esp + 12], eax
        pop ebx
        pop eax
        add esp, 4
        iretd
tick:   push eax
        mov eax, 0x10
        mov ds, ax
        inc word [0x5000]
        mov al, 0x20
        out 0x20, al
        pop eax
        iretd
service: push eax
        mov eax, 0x10
        mov ds, ax
        inc word [0x5002]
        pop eax
        iretd
done:   cmp word [0x5000], 0
        je wrong
        cmp word [0x5002], ${iopl === 3 ? 2 : 1}
        jne wrong
        cmp dword [0x5008], ${iopl === 3 ? 60 : 60 * 5 + 1}
        jne wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}`;

const STRATEGIES = [
  ["trap-and-emulate, by emulation", trapAndEmulate],
  ["binary translation, by emulation", binaryTranslation],
  ["VT-x, as they are", vtx],
  ["VT-x without an unrestricted guest", strategyWith(["shadow-paging"])],
  ["VT-x with everything exiting", strategyWith(["exit-exceptions", "exit-descriptor-tables", "vpid"])],
] as const;

describe.each(STRATEGIES)("modes that rings 1 and 3 do not have, under %s", (_, strategy) => {
  const same = (source: string) => {
    const { comparison, exitCode } = compare(source, [], 100_000, strategy);
    expect(comparison.difference).toBeNull();
    expect(comparison.leftOutcome).toBe("exited");
    expect(exitCode).toBe(0);
  };

  it("real-address mode and the way back, with interrupts", () => same(REAL));
  it("virtual-8086 mode with IOPL 0, with interrupts", () => same(VIRTUAL(0)));
  it("virtual-8086 mode with IOPL 3, with interrupts", () => same(VIRTUAL(3)));
});
