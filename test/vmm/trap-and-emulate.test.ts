import { describe, expect, it } from "vitest";
import { STOP_DELIVERED } from "../../src/cpu/api.ts";
import type { TimedInput } from "../../src/session/types.ts";
import { alone, compare } from "./guests.ts";

const EXIT = (code: number) => `
        mov al, ${code}
        out 0xf4, al
        jmp $`;

/** A guest that must run under the VMM as it does on bare metal, and end with this code. */
function check(source: string, exitCode: number, inputs: readonly TimedInput[] = []): void {
  const { comparison, exitCode: code } = compare(source, inputs);
  expect(comparison.difference).toBeNull();
  expect(comparison.exempt.filter(({ kind }) => kind === "stale-tlb")).toEqual([]);
  expect(comparison.leftOutcome).toBe("exited");
  expect(code).toBe(exitCode);
}

/** Paging on: identity for 4 MiB, user and writable, the directory at 10000h, its table at 11000h. */
const PAGING = `
        mov edi, 0x11000
        mov eax, 7
.fill:  mov [edi], eax
        add edi, 4
        add eax, 0x1000
        cmp edi, 0x12000
        jb .fill
        mov dword [0x10000], 0x11007
        mov eax, 0x10000
        mov cr3, eax
        mov eax, 0x80010011
        mov cr0, eax
`;

describe("under the VMM a guest runs as on bare metal when it", () => {
  it("goes to ring 3 through conforming code, where CLI is refused", () => {
    check(
      `mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0x00cf9f00        ; conforming code of DPL 0
       handler 13, protection
       push dword 0x23
       push dword 0x7000
       push dword 2
       push dword 0x33
       push dword outer
       iretd
outer: cli
       ${EXIT(1)}
protection: cmp dword [esp + 8], 0x33
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(2)}`,
      0,
    );
  });

  it("jumps into the VMM's range, where nothing is", () => {
    check(
      `${PAGING}
       handler 14, fault
       mov eax, 0xffc00123
       jmp eax
fault: mov eax, cr2
       cmp eax, 0xffc00123
       jne wrong
       cmp dword [esp + 4], 0xffc00123
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("keeps readable code that reaches into the VMM's range in a data register", () => {
    check(
      `mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0xffdf9bf0        ; base fff00000, execute and read
       mov eax, 0x30
       mov fs, ax
       cli
       mov ebx, [fs:0x100000 + guest]
       cmp ebx, [guest]
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("halts while it single-steps: the debug trap wakes it at once", () => {
    check(
      `handler 1, stepped
       push dword 0x102
       popfd
       hlt
after: ${EXIT(1)}
stepped: cmp dword [esp], after
       je woken
       iretd
woken: ${EXIT(0)}`,
      0,
    );
  });

  it("returns to a 16-bit stack with an ESP whose upper half is its own", () => {
    check(
      `mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0x00009300        ; data of DPL 0, 16-bit
       mov esp, 0x12349000
       mov ax, 0x30
       mov ss, ax
       nop
       cli                                       ; into the VMM and back
       mov eax, esp
       cmp eax, 0x12349000
       jne .wrong
       ${EXIT(0)}
.wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("runs INT1, which leaves DR6 alone, and single steps, which do not", () => {
    check(
      `handler 1, debug
       int1
       mov eax, dr6
       test eax, 0x4000
       jnz wrong
       mov dword [0x5000], 1
       push dword 0x102
       push dword 8
       push dword step
       iretd
step:  nop
       cmp dword [0x5004], 1
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}
debug: cmp dword [0x5000], 0
       je back
       inc dword [0x5004]
       mov eax, dr6
       test eax, 0x4000
       jz wrong
       and dword [esp + 8], ~0x100
back:  iretd`,
      0,
    );
  });

  it("runs INT1 where there is no handler: the fault is INT1's own", () => {
    check(
      `mov dword [IDT + 8 + 4], 0x00100e00         ; not present
       handler 11, missing
here:  int1
       ${EXIT(1)}
missing: cmp dword [esp + 4], here
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(2)}`,
      0,
    );
  });

  it("clears CR0.PE, where ARPL does not exist, and is interrupted by way of the vector table", () => {
    check(
      `mov eax, undefined - 0xFFFF0
       mov [IDT + 6 * 4], ax
       mov word [IDT + 6 * 4 + 2], 0xFFFF
       mov eax, 0x10
       mov cr0, eax
       arpl ax, bx
       ${EXIT(1)}
undefined: mov eax, 0x11
       mov cr0, eax
       ${EXIT(0)}`,
      0,
    );
  });

  it("writes a page table through a mapping from before it was one", () => {
    check(
      `${PAGING}
       mov dword [0x12000], 0x20007              ; a mapping of the page, dirty, known to the TLB
       mov dword [0x20000], 0x11111111
       mov dword [0x21000], 0x22222222
       mov dword [0x10004], 0x12007              ; now the page is a table
       mov eax, [0x400000]
       mov dword [0x12000], 0x21007
       invlpg [0x400000]
       mov ebx, [0x400000]
       cmp eax, 0x11111111
       jne wrong
       cmp ebx, 0x22222222
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("writes a page table through the table itself", () => {
    check(
      `${PAGING}
       mov dword [0x12000], 0x12067              ; maps itself, and marked dirty
       mov dword [0x12004], 0x20007
       mov dword [0x20000], 0x11111111
       mov dword [0x21000], 0x22222222
       mov dword [0x10004], 0x12007
       mov eax, [0x400000]
       mov eax, [0x401000]
       mov dword [0x400004], 0x21007
       invlpg [0x401000]
       mov ebx, [0x401000]
       cmp ebx, 0x22222222
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
    );
  });

  it("has a descriptor table that wraps round the address space", () => {
    check(
      `${PAGING}
       mov dword [0x11000 + 4 * 0x3ff], 0x20007
       mov dword [0x10ffc], 0x11007              ; the last page is 20000h, the first is itself
       mov dword [0x20ff8], 0
       mov dword [0x20ffc], 0
       mov dword [0], 0x0000ffff
       mov dword [4], 0x00cf9b00
       mov dword [8], 0x0000ffff
       mov dword [12], 0x00cf9300
       mov word [0x5000], 31
       mov dword [0x5002], 0xfffffff8
       lgdt [0x5000]
       mov eax, 0x10
       mov ds, ax
       mov byte [13], 0x91                       ; read-only from now on
       mov ds, ax
       mov byte [0x5000], 1                      ; general protection: vector 13
       ${EXIT(1)}`,
      113,
    );
  });

  it("is due an interrupt in the shadow of MOV SS, before a hidden fault", () => {
    check(
      `handler 0x20, timer
       mov al, 0x11
       out 0x20, al
       mov al, 0x20
       out 0x21, al
       mov al, 4
       out 0x21, al
       mov al, 1
       out 0x21, al
       mov al, 0xfe
       out 0x21, al
       mov al, 0x34
       out 0x43, al
       mov al, 5
       out 0x40, al
       mov al, 0
       out 0x40, al
       push dword 0x23
       push dword 0x7000
       push dword 0x3202
       push dword 0x1b
       push dword user
       iretd
user:  mov esi, 400
       mov ebx, 0x200000
       mov ecx, 0x23
       mov ds, cx
.next: mov ss, cx
       mov [ebx], al                             ; a page not used before: a hidden fault
       add ebx, 0x1000
       dec esi
       jnz .next
       cmp dword [0x5000], 5
       jb wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}
timer: push eax
       inc dword [ss:0x5000]
       mov al, 0x20
       out 0x20, al
       pop eax
       iretd`,
      0,
    );
  });

  it("is given keys while each of its instructions is emulated", () => {
    const inputs: TimedInput[] = [{ tick: 2000, event: { kind: "key", code: "KeyA", down: true } }];
    check(
      `mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0xffdf9bf0        ; base fff00000: no truncation can express it
       jmp 0x30:high + 0x100000
high:  in al, 0x64
       test al, 1
       jz high
       in al, 0x60
       cmp al, 0x1e
       jne wrong
       ${EXIT(0)}
wrong: ${EXIT(1)}`,
      0,
      inputs,
    );
  });
});

describe("the VMM learns by traps alone, and says of what kind they were", () => {
  it("hidden faults fill the shadow, writes to tables hit a trace, and what is privileged is emulated", () => {
    const { events, comparison } = compare(`${PAGING}
       mov dword [0x20000], 1
       mov dword [0x11000 + 4 * 0x20], 0x20007
       invlpg [0x20000]
       handler 14, fault
       mov dword [0x10004], 0
       mov eax, [0x400000]
       ${EXIT(1)}
fault: ${EXIT(0)}`);
    expect(comparison.difference).toBeNull();
    expect(events["shadow-fill"]).toBeGreaterThan(2);
    expect(events["trace-hit"]).toBe(2);
    expect(events.reflect).toBe(1);
    expect(events.emulate).toBeGreaterThan(5);
    expect(events.exit).toBe(1);
  });
});

describe("a guest that has found a selector of the VMM's", () => {
  it("takes the VMM's slot for its code, and the VMM goes on without a fault of its own", () => {
    const { machine } = alone(`
       mov dword [GDT + 0x30], 0x0000ffff
       mov dword [GDT + 0x34], 0x00cfdb00        ; readable code of DPL 2
       mov dword [GDT + 0x38], 0x0000ffff
       mov dword [GDT + 0x3c], 0x00cfd300        ; the stack of ring 2
       mov eax, 0x32
       mov ds, eax
       mov byte [es:GDT + 0x35], 0xfb            ; the table says otherwise now: DS goes through a slot
       push dword 0x3a
       push dword 0x7000
       push dword 2
       push dword 0xffc2                         ; that slot
       push dword inside
       iretd
inside: mov eax, [ss:0x50000]              ; a hidden fault: back to where it was
       jmp $`);
    let faults = 0;
    let inSlot = 0;
    const { cpu } = machine;
    while (machine.outcome === "running" && machine.steps < 3000) {
      machine.run(1);
      if ((cpu.state.selector[1]! & ~3) === 0xffc0) inSlot++;
      if (cpu.stop === STOP_DELIVERED && cpu.last.cpl === 0 && cpu.last.vector < 32) faults++;
    }
    expect(inSlot).toBeGreaterThan(0);
    expect(faults).toBe(0);
  });
});
