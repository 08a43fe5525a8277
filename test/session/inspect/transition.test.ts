import { describe, expect, it } from "vitest";
import type { StackTransition, TransitionAnswer } from "../../../src/session/inspect/transition.ts";
import { Session } from "../../../src/session/session.ts";
import type { EventKind, StrategyId } from "../../../src/session/types.ts";
import { programFiles } from "../../programs/library.ts";

const KERNEL_STACK = 0x180000;

/** A kernel that interrupts itself, goes to ring 3, and is entered from there by a fault and by a system call. */
const SOURCE = `
BITS 32
ORG 0x100000
%include "lib/machine.inc"
start:  mov esp, ${KERNEL_STACK}
        call segments_init
        call interrupts_init
        gate 0x80, service, USER_TRAP_GATE
        gate 0x81, kernel_service, USER_TRAP_GATE
        gate 13, protection, INTERRUPT_GATE
        mov dword [tss + 4], ${KERNEL_STACK}
own:    int 0x81
after:  mov ecx, STACK_1
        mov eax, user
        jmp enter_user
user:   mov eax, 7
syscall: int 0x80
fault:  cli
        jmp $
service: iretd
kernel_service: iretd
protection: exit 0
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/console.inc"
`;

class Stage {
  readonly session = new Session();
  readonly symbols = new Map<string, number>();

  constructor(strategy: StrategyId, main = "stage.asm", text = SOURCE) {
    const program = { kind: "source", main, files: { ...programFiles, [main]: text } } as const;
    const loaded = this.session.load({ program, strategy, memoryMiB: 4, whatIf: [], inputs: [] });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded));
    for (const symbol of loaded.program.symbols) this.symbols.set(symbol.name, symbol.value);
    this.do({ kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 });
  }

  private do(command: Parameters<Session["begin"]>[0]): void {
    this.session.begin(command);
    while (!this.session.advance(100_000).done);
  }

  at(step: number): TransitionAnswer {
    this.do({ kind: "seek", step });
    return this.session.inspect({ kind: "transition" });
  }

  /** At the first event of a kind whose instruction is at a label. */
  atEvent(kind: EventKind, label: string, row?: RegExp): TransitionAnswer {
    const eip = this.symbols.get(label)!;
    const event = this.session
      .events(0, 100_000)
      .find((one) => one.kind === kind && (row ? row.test(one.row ?? "") : one.eip === eip));
    if (event === undefined) throw new Error(`no ${kind} at ${label}`);
    return this.at(event.step);
  }

  /** One step after the guest stands at a label for the first time. */
  after(label: string): TransitionAnswer {
    this.do({ kind: "seek", step: 0 });
    this.do({ kind: "run", direction: "forward", until: { kind: "label", name: label }, maxSteps: 1_000_000 });
    return this.at(this.session.view().step + 1);
  }
}

/** Slots as `name value`, from the highest address down. */
function slots({ frame }: StackTransition): string[] {
  return frame.slots.map(({ name, value }) => `${name} ${value === null ? "?" : value.toString(16)}`);
}

const hex = (value: number) => value.toString(16);

describe("on bare metal", () => {
  const stage = new Stage("bare-metal");
  const at = (name: string) => stage.symbols.get(name)!;

  it("INT 80h from ring 3 pushes five values onto the stack that TSS.ESP0 names", () => {
    const { real, virtual } = stage.after("syscall");
    expect(virtual).toBeNull();
    expect(slots(real!).map((slot) => slot.split(" ")[0])).toEqual(["ss", "esp", "eflags", "cs", "eip"]);
    expect(slots(real!)[4]).toBe(`eip ${hex(at("fault"))}`);
    expect(slots(real!)[0]).toBe("ss 23");
    expect(slots(real!)[3]).toBe("cs 1b");
    expect(real).toMatchObject({
      way: "delivery",
      vector: 0x80,
      errorCode: null,
      from: { ring: 3, who: "guest-user" },
      to: { ring: 0, who: "guest-kernel", eip: at("service") },
      gate: { table: "IDT", index: 0x80, kind: "trap", dpl: 3, selector: 8 },
      owner: "guest-kernel",
    });
    expect(real!.frame).toMatchObject({ direction: "pushed", size: 4, esp: KERNEL_STACK - 20 });
    expect(real!.frame.from).toMatchObject({ field: "ESP0", esp: KERNEL_STACK, ss: 0x10, base: at("tss") });
    expect(real!.frame.slots[0]!.linear).toBe(KERNEL_STACK - 4);
  });

  it("#GP from ring 3 pushes its error code last, and EIP of the instruction itself", () => {
    const { real } = stage.after("fault");
    expect(slots(real!)).toHaveLength(6);
    expect(slots(real!).slice(3)).toEqual(["cs 1b", `eip ${hex(at("fault"))}`, "error 0"]);
    expect(real).toMatchObject({ vector: 13, errorCode: 0, gate: { kind: "interrupt" } });
    expect(real!.frame.esp).toBe(KERNEL_STACK - 24);
  });

  it("an interrupt within ring 0 pushes three values onto the stack that is in use", () => {
    const { real } = stage.after("own");
    expect(slots(real!).map((slot) => slot.split(" ")[0])).toEqual(["eflags", "cs", "eip"]);
    expect(slots(real!)[2]).toBe(`eip ${hex(at("after"))}`);
    expect(real!.frame.from).toBeNull();
    expect(real!.frame.esp).toBe(real!.from.esp - 12);
  });

  it("IRET within a ring pops three values, to an outer ring five", () => {
    const same = stage.after("kernel_service").real!;
    expect(same.way).toBe("iret");
    expect(slots(same)).toHaveLength(3);
    expect(same.to.eip).toBe(at("after"));
    const outer = stage.after("service").real!;
    expect(slots(outer).map((slot) => slot.split(" ")[0])).toEqual(["ss", "esp", "eflags", "cs", "eip"]);
    expect(outer).toMatchObject({ from: { ring: 0 }, to: { ring: 3, eip: at("fault") }, owner: "guest-kernel" });
    expect(outer.frame).toMatchObject({ direction: "popped", esp: KERNEL_STACK - 20 });
  });

  it("an instruction that stays where it is pushes nothing", () => {
    expect(stage.after("user")).toMatchObject({ real: null, virtual: null });
    expect(stage.at(0)).toEqual({ step: 0, real: null, virtual: null });
  });
});

describe("a call gate with two parameters", () => {
  const stage = new Stage("bare-metal", "call-gate.asm", programFiles["call-gate.asm"]);

  it("copies them between the old stack pointer and the return address", () => {
    const { real } = stage.atEvent("ring", "", /^call_/);
    expect(real).toMatchObject({ way: "far-call", from: { ring: 3 }, to: { ring: 0 } });
    expect(real!.gate).toMatchObject({ table: "GDT", kind: "call", dpl: 3, offset: stage.symbols.get("add_service") });
    expect(slots(real!).map((slot) => slot.split(" ")[0])).toEqual([
      "ss",
      "esp",
      "parameter",
      "parameter",
      "cs",
      "eip",
    ]);
    expect(real!.frame.slots[2]!.value).toBe(30);
    expect(real!.frame.slots[3]!.value).toBe(12);
    expect(real!.frame.from!.field).toBe("ESP0");
  });

  it("RETF 8 pops them on the way out", () => {
    const { real } = stage.atEvent("ring", "", /^retf_/);
    expect(real).toMatchObject({ way: "far-return", from: { ring: 0 }, to: { ring: 3 } });
    expect(slots(real!).map((slot) => slot.split(" ")[0])).toEqual([
      "ss",
      "esp",
      "parameter",
      "parameter",
      "cs",
      "eip",
    ]);
    expect(real!.frame.direction).toBe("popped");
  });
});

describe("under trap-and-emulate", () => {
  const stage = new Stage("trap-and-emulate");
  const at = (name: string) => stage.symbols.get(name)!;

  it("CLI in ring 3 traps onto the VMM's stack, which the VMM's own TSS names", () => {
    const { real, virtual } = stage.atEvent("trap", "fault");
    expect(virtual).toBeNull();
    expect(real).toMatchObject({
      vector: 13,
      errorCode: 0,
      owner: "vmm",
      from: { ring: 3 },
      to: { ring: 0, who: "vmm" },
    });
    expect(slots(real!).slice(4)).toEqual([`eip ${hex(at("fault"))}`, "error 0"]);
    expect(real!.frame.from).toMatchObject({ field: "ESP0", selector: 0xffe8 });
    expect(real!.frame.slots[0]!.linear).toBe((real!.frame.from!.esp - 4) >>> 0);
  });

  it("what the VMM reflects is pushed onto the guest's own kernel stack, in the guest's own rings", () => {
    const { real, virtual } = stage.atEvent("reflect", "fault");
    expect(real).toBeNull();
    expect(virtual).toMatchObject({
      vector: 13,
      from: { ring: 3, who: "guest-user" },
      to: { ring: 0, who: "guest-kernel" },
    });
    expect(slots(virtual!).slice(3)).toEqual(["cs 1b", `eip ${hex(at("fault"))}`, "error 0"]);
    expect(virtual!.frame.from).toMatchObject({ field: "ESP0", esp: KERNEL_STACK, base: at("tss") });
    expect(virtual!.owner).toBe("guest-kernel");
  });

  it("a resume pops the frame that the VMM left on its own stack", () => {
    const resume = stage.session.events(0, 100_000).find((event) => event.kind === "resume" && event.cplAfter === 3)!;
    const { real, virtual } = stage.at(resume.step);
    expect(virtual).toBeNull();
    expect(real).toMatchObject({ way: "iret", from: { ring: 0, who: "vmm" }, to: { ring: 3 }, owner: "vmm" });
    expect(slots(real!)).toHaveLength(5);
    expect(real!.frame.slots[4]!.value).toBe(real!.to.eip);
    expect(real!.frame.direction).toBe("popped");
  });

  it("an IRET that the VMM emulates pops from the guest's kernel stack", () => {
    const { virtual } = stage.atEvent("emulate", "service");
    expect(virtual).toMatchObject({ way: "iret", from: { ring: 0 }, to: { ring: 3, eip: at("fault") } });
    expect(slots(virtual!)).toHaveLength(5);
  });

  it("asking changes neither the step nor the state", () => {
    stage.at(100);
    const { session } = stage;
    const before = session.digest();
    session.inspect({ kind: "transition" });
    expect(session.view().step).toBe(100);
    expect(session.digest()).toBe(before);
  });
});
