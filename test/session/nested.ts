import { Session } from "../../src/session/session.ts";
import type { Command, StopCause, View } from "../../src/session/types.ts";
import { programFiles } from "../programs/library.ts";
import type { StrategyName } from "./laws.ts";

/** A kernel that enters ring 3, whose task makes nested calls and a system call, which itself calls. */
const SOURCE = `
BITS 32
ORG 0x100000
%include "lib/machine.inc"
USER_TOP equ 0x170000                   ; below the kernel's stack

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, service, USER_TRAP_GATE
        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        push dword USER_DATA
        push dword USER_TOP
        push dword RESERVED_FLAG
        push dword USER_CODE
        push dword user
        iretd

user:   mov ecx, 3
round:  call outer
after:  loop round
        mov eax, 9
last:   int 0x80
forever: jmp forever

outer:  inc esi
middle: call inner
between: int 0x80
behind: dec esi
        ret
inner:  push ecx
        mov ecx, 4
        mov edi, USER_PAGE
fill:   rep stosb
filled: pop ecx
deep:   nop
        ret

service: push eax
        cmp eax, 9
        je done
        call helper
helped: pop eax
return: iretd
helper: inc edx
        ret
done:   mov al, 0
        out EXIT_PORT, al
        jmp $

%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/console.inc"
`;

const MAIN = "nested.asm";

/** A session with the program loaded, and short words for what is done with it. */
export class Driver {
  readonly session = new Session();
  readonly symbols = new Map<string, number>();

  constructor(strategy: StrategyName) {
    const loaded = this.session.load({
      program: { kind: "source", main: MAIN, files: { ...programFiles, [MAIN]: SOURCE } },
      strategy,
      memoryMiB: 4,
      whatIf: [],
      inputs: [],
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded));
    for (const symbol of loaded.program.symbols) this.symbols.set(symbol.name, symbol.value);
  }

  /** How a command ended, and at which breakpoints. */
  result(command: Command): ReturnType<Session["advance"]> {
    this.session.begin(command);
    for (;;) {
      const result = this.session.advance(5000);
      if (result.done) return result;
    }
  }

  do(command: Command): StopCause {
    return this.result(command).cause;
  }

  run(direction: "forward" | "back", until: Extract<Command, { kind: "run" }>["until"] = null): StopCause {
    return this.do({ kind: "run", direction, until, maxSteps: 1_000_000 });
  }

  toLabel(name: string): void {
    this.run("forward", { kind: "label", name });
  }

  get view(): View {
    return this.session.view();
  }

  /** Label at the guest's EIP, or the address. */
  get at(): string {
    const eip = this.view.guest.eip >>> 0;
    for (const [name, value] of this.symbols) if (value === eip && !name.includes(".")) return name;
    return `0x${eip.toString(16)}`;
  }
}
