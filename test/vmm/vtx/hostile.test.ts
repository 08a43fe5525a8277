import { describe, expect, it } from "vitest";
import type { Machine } from "../../../src/machine/machine.ts";
import { EXIT as EXIT_STUB, VMM_SIZE } from "../../../src/vmm/vtx/layout.ts";
import type { Vtx } from "../../../src/vmm/vtx/monitor.ts";
import type { OptionId } from "../../../src/vmm/vtx/options.ts";
import { agrees, EXIT, exitsOf, runs, USER } from "./guests.ts";

const KINDS: readonly { readonly paging: string; readonly options: readonly OptionId[] }[] = [
  { paging: "EPT", options: [] },
  { paging: "shadow paging", options: ["shadow-paging"] },
];
/** VMCALL, VMLAUNCH, VMRESUME, VMXOFF, VMFUNC, and those with operands. */
const VMX = [
  "0x0f, 0x01, 0xc1",
  "0x0f, 0x01, 0xc2",
  "0x0f, 0x01, 0xc3",
  "0x0f, 0x01, 0xc4",
  "0x0f, 0x01, 0xd4",
  "0xf3, 0x0f, 0xc7, 0x35, 0, 0x90, 0, 0",
  "0x66, 0x0f, 0xc7, 0x35, 0, 0x90, 0, 0",
  "0x0f, 0xc7, 0x35, 0, 0x90, 0, 0",
  "0x0f, 0xc7, 0x3d, 0, 0x90, 0, 0",
  "0x0f, 0x78, 0xc0",
  "0x0f, 0x79, 0xc0",
  "0x66, 0x0f, 0x38, 0x80, 0x05, 0, 0x90, 0, 0",
  "0x66, 0x0f, 0x38, 0x81, 0x05, 0, 0x90, 0, 0",
];
/** Runs them one after the other; the handler of #UD goes on behind each. */
const allVmx = VMX.map((bytes, i) => `mov esi, vmx${i}\ndb ${bytes}\nvmx${i}:`).join("\n");
const UNDEFINED = `
undefined: inc edi
        mov [esp], esi
        iret
`;

function vmmMemory(vmm: Vtx): Uint8Array {
  return (vmm as unknown as { machine: Machine }).machine.memory.bytes.slice(0, VMM_SIZE);
}

describe.each(KINDS)("a hostile guest under VT-x with $paging", ({ options }) => {
  it("gets #UD for every instruction of VT-x, in ring 0 and in ring 3", () => {
    const kernel = `handler 6, undefined\nxor edi, edi\n${allVmx}\n`;
    const end = `mov eax, edi\nout 0xf4, al\njmp $\n${UNDEFINED}`;
    const exits = exitsOf(runs(`${kernel}${end}`, VMX.length, options));
    // VMFUNC is none where it is not enabled: it does not even exit.
    const refused = [...exits.slice(18, 28), exits[50]!, exits[53]!];
    expect(refused.filter((count) => count > 0).length).toBe(VMX.length - 1);
    runs(`handler 6, undefined\nxor edi, edi\n${USER}\n${allVmx}\n${end}`, VMX.length, options);
  });

  it("finds no gate of the VMM's at its own address", () => {
    const guest = `
        handler 6, undefined
        mov word [${EXIT_STUB}], 0x0a0f
        xor edi, edi
        mov esi, back
        jmp 8:${EXIT_STUB}
back:   mov eax, edi
        out 0xf4, al
        jmp $
${UNDEFINED}`;
    runs(guest, 1, options);
  });

  it("reads all ones and writes nothing where it has no memory", () => {
    const guest = `
        mov esi, 0x400000       ; the end of the guest's memory, and where the VMM's would be reached
        mov ecx, 64
next:   mov dword [esi], 0x12345678
        cmp dword [esi], -1
        jne $
        lock xadd [esi], eax
        add esi, 0x1001000
        loop next
        mov edi, 0x3ffffe       ; half inside
        mov eax, 0xaabbccdd
        mov [edi], eax
        mov edi, 0x3ffff0
        mov ecx, 32
        rep stosb
        mov esi, 0xfffffff0
        mov ecx, 32
        rep lodsb               ; around the end of the address space
${EXIT(1)}`;
    const vmm = runs(guest, 1, options);
    expect(exitsOf(vmm)[options.length === 0 ? 48 : 0]).toBeGreaterThan(64);
  });

  it("executes, pushes and takes exceptions there as on bare metal", () => {
    const guest = `
        handler 6, landed
        mov eax, 0x800000
        jmp eax                 ; all ones: #UD
landed: handler 13, lost
        mov esp, 0x900000
        push eax
        pop ebx
        lidt [beyond]           ; no gate is valid there: #GP, double fault, shutdown
        int 0x30
lost:   jmp $
beyond: dw 0x7ff
        dd 0xa00000`;
    expect(agrees(guest, options)).toBe("shutdown");
  });

  it("maps page tables from where it has no memory", () => {
    const guest = `
        mov eax, 0x10
        mov cr4, eax
        mov dword [0x10000], 0x83         ; 4 MiB, one to one
        mov dword [0x10004], 0x00c00007   ; a table that is not there: all ones, reserved bits of none
        mov dword [0x10008], 0x00000087   ; the guest's memory again
        mov dword [0x1000c], 0xffc00083   ; a page that is not there
        mov eax, 0x10000
        mov cr3, eax
        mov eax, 0x80000011
        mov cr0, eax
        mov eax, [0x400000]
        mov ebx, [0xc00000]
        mov [0xc00000], ebx
        inc dword [0x803000]
        mov eax, 0x20000
        mov cr3, eax                      ; nothing is mapped any more
        jmp $`;
    expect(agrees(guest, options)).toBe("shutdown");
  });

  it("has its devices, and none of the machine's, however it abuses them", () => {
    const guest = `
        xor edx, edx
every:  in al, dx
        out dx, al
        in ax, dx
        inc dx
        cmp dx, 0x92
        je skip
        cmp dx, 0x64
        je skip
        cmp dx, 0xf4
        je skip
        cmp dx, 0x400
        jb every
        mov al, 0x11            ; the interrupt controller at the vectors of exceptions
        out 0x20, al
        mov al, 0
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, 0xff
        out 0x21, al
${EXIT(8)}
skip:   inc dx
        jmp every`;
    runs(guest, 8, options);
  });

  it("finds no MSR of VT-x", () => {
    const guest = `
        handler 13, none
        xor edi, edi
        mov ecx, 0x3a
        mov esi, a
        rdmsr
a:      mov ecx, 0x480
more:   mov esi, b
        rdmsr
b:      mov esi, c
        wrmsr
c:      inc ecx
        cmp ecx, 0x492
        jb more
        mov eax, edi
        out 0xf4, al
        jmp $
none:   add esp, 4
        inc edi
        mov [esp], esi
        iret`;
    runs(guest, 1 + 2 * 0x12, options);
  });

  it("leaves the VMM's memory as it was, but for the VMCS and the tables that map its own", () => {
    const before = vmmMemory(runs(`nop\n${EXIT(0)}`, 0, options));
    const after = vmmMemory(
      runs(`mov edi, 0x200000\nmov eax, 0xdeadbeef\nmov ecx, 0x3000\nrep stosd\n${EXIT(0)}`, 0, options),
    );
    const changed = new Set<number>();
    for (let i = 0; i < VMM_SIZE; i++) if (before[i] !== after[i]) changed.add(i >>> 12);
    const tables =
      options.length === 0 ? (page: number) => page >= 0x10 && page < 0x100 : (page: number) => page >= 0x100;
    expect([...changed].filter((page) => page !== 4 && !tables(page) && page !== 0xd)).toEqual([]);
  });
});
