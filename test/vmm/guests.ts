import type { Memory } from "../../src/machine/memory.ts";
import { EventLog } from "../../src/recorder/event-log.ts";
import { buildSide, EquivalenceCheck, type Side } from "../../src/session/equivalence.ts";
import type { Comparison, EventKind, TimedInput } from "../../src/session/types.ts";
import { bareMetal } from "../../src/vmm/bare-metal/strategy.ts";
import type { Strategy } from "../../src/vmm/strategy.ts";
import { trapAndEmulate } from "../../src/vmm/trap-and-emulate/strategy.ts";
import { assemble } from "../cpu/assemble.ts";

const ORIGIN = 0x100000;
const MEMORY_BYTES = 4 << 20;

/**
 * A GDT with flat segments (08 code, 10 data, 1b user code, 23 user data, 28 TSS, then what the guest adds from 30 on,
 * 32 entries in all), an IDT whose every vector ends the run with exit code vector + 100, and a TSS.
 */
const PRELUDE = `
GDT equ 0x1000
IDT equ 0x2000
TSS equ 0x3000
start:  mov esp, 0x9000
        mov esi, gdt_image
        mov edi, GDT
        mov ecx, gdt_end - gdt_image
        cld
        rep movsb
        mov dword [TSS + 4], 0x8000
        mov dword [TSS + 8], 0x10
        mov word [TSS + 102], 104
        mov edi, IDT
        mov eax, unexpected
        xor ecx, ecx
.gate:  mov word [edi], ax
        mov word [edi + 2], 8
        mov dword [edi + 4], 0x00108e00
        add edi, 8
        add eax, 7
        inc ecx
        cmp ecx, 64
        jb .gate
        lgdt [gdtr]
        lidt [idtr]
        mov eax, 0x10
        mov ss, ax
        mov ds, ax
        mov es, ax
        mov eax, 0x28
        ltr ax
        jmp 8:guest
gdtr:   dw 32 * 8 - 1
        dd GDT
idtr:   dw 64 * 8 - 1
        dd IDT
unexpected:
%assign vector 0
%rep 64
        db 0xb0, vector + 100
        jmp near ended
%assign vector vector + 1
%endrep
ended:  out 0xf4, al
        jmp $
%macro handler 2                ; vector, label; the gate is of DPL 3
        push eax
        mov eax, %2
        mov word [IDT + %1 * 8], ax
        mov word [IDT + %1 * 8 + 4], 0xee00
        pop eax
%endmacro
gdt_image:
        dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00cffb000000ffff, 0x00cff3000000ffff
        dd 0x30000067, 0x00008900
gdt_end:
`;

/** The guest's own part, from the label \`guest\` on. */
function side(strategy: Strategy, source: string, inputs: readonly TimedInput[]): Side {
  const bytes = assemble(`${PRELUDE}\nguest:\n${source}`, ORIGIN);
  const place = (memory: Memory) => {
    memory.writeBytes(ORIGIN, bytes);
    return ORIGIN;
  };
  return buildSide(strategy, { memoryBytes: MEMORY_BYTES, whatIf: [], place }, inputs);
}

export interface Compared {
  readonly comparison: Comparison;
  readonly check: EquivalenceCheck;
  readonly exitCode: number;
  /** Events of the virtualized run. */
  readonly events: Partial<Record<EventKind, number>>;
}

/** Runs a guest bare and under another strategy in lockstep. */
export function compare(
  source: string,
  inputs: readonly TimedInput[] = [],
  ticks = 100_000,
  strategy: Strategy = trapAndEmulate,
): Compared {
  const left = side(bareMetal, source, inputs);
  const right = side(strategy, source, inputs);
  const log = new EventLog(right.computer.machine);
  right.computer.machine.sink = log;
  const check = new EquivalenceCheck(left, right, null);
  check.advance(ticks);
  return {
    comparison: check.result(),
    check,
    exitCode: right.computer.guest.platform.exitCode,
    events: log.countsByKind(),
  };
}

/** A guest under one strategy alone, before its first step. */
export function alone(source: string, strategy: Strategy = trapAndEmulate): Side["computer"] {
  return side(strategy, source, []).computer;
}
