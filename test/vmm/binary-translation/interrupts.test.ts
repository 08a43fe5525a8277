import { describe, it } from "vitest";
import type { TimedInput } from "../../../src/session/types.ts";
import { EXIT, PAGING, runs } from "./guests.ts";

/** Vectors 20h on, the timer alone, every `clocks` clocks of eight instructions; the handler notes where it came. */
const timer = (clocks: number) => `
        handler 0x20, tick
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
        outb 0x40, ${clocks}
        outb 0x40, 0
        mov edi, 0x40000                 ; a log of the EIPs that were interrupted
`;
const TICK = `
tick:   push eax
        mov eax, [esp + 4]
        stosd
        mov al, 0x20
        out 0x20, al
        pop eax
        iretd
done:   cmp edi, 0x40000
        je wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}`;

/** A body that is run 40 times with the timer at work. */
const timed = (body: string, clocks: number) => `${timer(clocks)}
        mov ebx, 40
again:  ${body}
        dec ebx
        jnz again
        jmp done
${TICK}`;

describe("an interrupt comes at the instruction where it comes on bare metal", () => {
  // Periods that drift against the loop: the request falls due before, in and after each instruction.
  const PERIODS = [2, 3, 7];

  it.each(PERIODS)("in the shadow of STI, every %i clocks", (clocks) => {
    runs(timed("cli\nadd eax, 1\nsti\nadd ecx, 1\nadd edx, 1\ncli\nsti\ncli\nnop", clocks), 0);
  });

  it.each(PERIODS)("after POPFD has set IF, which casts no shadow, every %i clocks", (clocks) => {
    runs(timed("cli\nnop\npush dword 0x202\npopfd\nadd ecx, 1\npushfd\ncli\npopfd\nnop", clocks), 0);
  });

  it.each(PERIODS)("after STI long after it fell due with IF clear, every %i clocks", (clocks) => {
    runs(timed(`cli\n${"nop\n".repeat(30)}sti\nnop\nnop`, clocks), 0);
  });

  it.each(PERIODS)("between the iterations of a repeated instruction, after STI too, every %i clocks", (clocks) => {
    runs(timed("cli\nnop\nmov ecx, 9\nmov esi, 0x50000\nsti\nrep lodsb\nnop", clocks), 0);
  });

  it.each(PERIODS)("at the ends of calls, returns, jumps and loops, every %i clocks", (clocks) => {
    runs(
      `${timer(clocks)}
        sti
        mov ebx, 40
again:  call work
        mov eax, work
        call eax
        mov ecx, 3
here:   loop here
        jecxz next
next:   dec ebx
        jnz again
        jmp done
work:   pushfd
        popfd
        ret
${TICK}`,
      0,
    );
  });

  it.each(PERIODS)("between MOV SS and what follows it, every %i clocks", (clocks) => {
    runs(timed("mov eax, ss\nsti\nmov ss, eax\nmov esp, esp\nnop\nmov ss, eax\nnop", clocks), 0);
  });

  it.each(PERIODS)("after IRETD to where IF is set, every %i clocks", (clocks) => {
    runs(timed("cli\nnop\npushfd\nor dword [esp], 0x200\npush dword 8\npush dword $ + 6\niretd\nnop\nnop", clocks), 0);
  });

  it.each(PERIODS)("in user code that runs directly, and in the kernel that it calls, every %i clocks", (clocks) => {
    runs(
      `${PAGING}
        handler 0x30, service
        handler 0x31, done
        ${timer(clocks)}
        mov eax, 0x23
        mov ds, eax
        mov es, eax
        push dword 0x23
        push dword 0x7000
        push dword 0x202
        push dword 0x1b
        push dword user
        iretd
user:   mov ebx, 20
again:  int 0x30
        add ecx, 1
        dec ebx
        jnz again
        int 0x31
service: pushfd
        cli
        add edx, 1
        popfd
        iretd
${TICK}`,
      0,
    );
  });

  it("and while HLT waits for it", () => {
    runs(timed("cli\nnop\nsti\nhlt\nadd ecx, 1", 5), 0);
  });

  it("with keys and bytes from outside", () => {
    const inputs: TimedInput[] = [900, 901, 917, 950].map((tick, i) => ({
      tick,
      event:
        i % 2 === 0 ? { kind: "key", code: i === 0 ? "KeyA" : "KeyB", down: true } : { kind: "serial", byte: 65 + i },
    }));
    runs(
      `
        handler 0x21, keyboard
        handler 0x24, serial
%macro outb 2
        mov al, %2
        out %1, al
%endmacro
        outb 0x20, 0x11
        outb 0x21, 0x20
        outb 0x21, 4
        outb 0x21, 1
        outb 0x21, 0xed
        mov edx, 0x3fc
        mov al, 8                       ; OUT2 connects the UART to its line
        out dx, al
        mov edx, 0x3f9
        mov al, 1
        out dx, al
        mov ebx, 120
again:  cli
        nop
        sti
        pushfd
        popfd
        dec ebx
        jnz again
        cmp dword [0x6000], 4
        jne wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}
keyboard: push eax
        in al, 0x60
        jmp both
serial: push eax
        push edx
        mov edx, 0x3f8
        in al, dx
        pop edx
both:   inc dword [0x6000]
        mov al, 0x20
        out 0x20, al
        pop eax
        iretd`,
      0,
      {},
      inputs,
    );
  });
});
