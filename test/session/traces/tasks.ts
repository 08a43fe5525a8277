import { buildSide } from "../../../src/session/equivalence.ts";
import { prepareProgram, setupOf } from "../../../src/session/prepare.ts";
import { assembleFiles } from "../../../src/session/program.ts";
import { TraceComparison } from "../../../src/session/traces/comparison.ts";
import type { Comparison, LoadRequest } from "../../../src/session/types.ts";
import { findStrategy } from "../../../src/vmm/registry.ts";
import { programFiles } from "../../programs/library.ts";

/**
 * Two tasks in ring 3 and a timer that takes the processor from them, user code first, so that it stands where it does
 * whatever the kernel is. Each prints its letter so often and then asks to end; the last to ask ends the run. Macros make
 * other kernels of it: TURN (timer clocks in a turn), SLOW (the kernel dawdles), and what is wrong with each is said by
 * its name.
 */
const TASKS = `
BITS 32
ORG 0x100000
%ifndef TURN
%define TURN 125
%endif
user:   mov ecx, 150
        loop $
        mov eax, ebx
        int 0x80
        dec esi
        jnz user
        mov eax, '$'
%ifdef USER_OTHERWISE
        inc edx
%else
        dec edx
%endif
ask:    int 0x80
        jmp $
        align 4096
%include "lib/machine.inc"
start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, system_call, INTERRUPT_GATE + 0x60
        call pic_init
        mov edi, STACK_2 - 20 - 32
        mov dword [edi + 4], 12         ; ESI
        mov dword [edi + 16], 'B'
        mov dword [edi + 32], user
        mov dword [edi + 36], USER_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov dword [edi + 44], STACK_3
        mov dword [edi + 48], USER_DATA
        mov [other_stack], edi
        mov dword [other_top], STACK_2
        mov ecx, TURN
        call timer_start
        xor edx, edx
        xor edi, edi
        xor ebp, ebp
        mov esi, 12
        mov ebx, 'A'
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user
timer:  pushad
        mov al, 0x20
        out PIC1, al
%ifdef SLOW
        mov ecx, 40
        loop $
%endif
%ifndef ONE_TASK
        xchg esp, [other_stack]
        mov eax, [other_top]
        xchg eax, [tss + 4]
        mov [other_top], eax
%endif
        popad
%ifdef CLOBBERS
        inc dword [letters]
        test dword [letters], 3
        jnz .out
        inc ebp
.out:
%endif
        iretd
system_call:
        cmp al, '$'
        je .done
%ifdef PRINTS_LOWER
        cmp al, 'B'
        jne .print
        or al, 0x20
.print:
%endif
        call put_char
%ifdef DROPS
        dec dword [drops]
        jz .drop
%endif
        iretd
.drop:  exit 3
.done:
%ifdef ONE_TASK
        jmp .end
%endif
%ifdef FIRST_ENDS
        jmp .end
%endif
        dec dword [left]
        jz .end
        sti
        jmp $
.end:
%ifdef ENDS_WITH_X
        print 'X'
%endif
        print 10
%ifdef ENDS_BADLY
        exit 7
%endif
%ifdef CRASHES
        lidt [nothing]
        int3
nothing: dw 0
        dd 0
%endif
        exit 0
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
letters: dd 0
left:   dd 2
drops:  dd 20
other_stack: dd 0
other_top: dd 0
`;

const MEMORY_MIB = 4;

/** The address of a label of the user code. */
export function labelOf(name: string): number {
  return assembleFiles("tasks.asm", files()).symbols.get(name)!.value;
}

const files = () => ({ ...programFiles, "tasks.asm": TASKS });

interface How {
  readonly strategy?: "bare-metal" | "trap-and-emulate";
  readonly ticks?: number;
  /** Guest instructions at a time. */
  readonly slice?: number;
}

/** Two kernels for the same tasks, each a list of macros, and under which strategy it runs. */
export function compareTasks(
  left: readonly string[],
  right: readonly string[],
  { strategy = "bare-metal", ticks = 400_000, slice = 1000 }: How = {},
): { readonly result: Comparison; readonly check: TraceComparison } {
  const request: LoadRequest = {
    program: { kind: "source", main: "tasks.asm", files: files() },
    strategy: "bare-metal",
    memoryMiB: MEMORY_MIB,
    whatIf: [],
    inputs: [],
  };
  const side = (defines: readonly string[], id: string) => {
    const prepared = prepareProgram(request.program, MEMORY_MIB << 20, { defines });
    if (!prepared.ok) throw new Error(prepared.diagnostics.map(({ line, message }) => `${line}: ${message.en}`).join());
    const target = findStrategy(id)!;
    return () => buildSide(target, setupOf(prepared.prepared, request, target), []);
  };
  const prepared = prepareProgram(request.program, MEMORY_MIB << 20, { defines: left });
  const sources = prepared.ok ? prepared.prepared.sources : null;
  const check = new TraceComparison({ left: side(left, "bare-metal"), right: side(right, strategy) }, sources, ticks);
  while (!check.advance(slice).done);
  return { result: check.result(), check };
}
