import { describe, expect, it } from "vitest";
import type { MachineEvent } from "../../src/machine/events.ts";
import { handOver } from "../../src/machine/hand-over.ts";
import { Machine } from "../../src/machine/machine.ts";
import { assemble } from "../cpu/assemble.ts";

const ORIGIN = 0x100000;

/** An IDT at 2000h whose vectors 20h, 21h and 24h have handlers, the PIC at 20h with those lines open. */
const INTERRUPTS = `
        mov eax, timer
        mov word [0x2000 + 0x20 * 8], ax
        mov dword [0x2000 + 0x20 * 8 + 4], 0x00108e00
        mov word [0x2000 + 0x20 * 8 + 2], 8
        mov eax, key
        mov word [0x2000 + 0x21 * 8], ax
        mov dword [0x2000 + 0x21 * 8 + 4], 0x00108e00
        mov word [0x2000 + 0x21 * 8 + 2], 8
        mov word [0x3000], 0x7ff
        mov dword [0x3002], 0x2000
        lidt [0x3000]
        mov al, 0x11
        out 0x20, al
        mov al, 0x20
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
`;
const HANDLERS = `
timer:  inc ebx
        mov al, 0x20
        out 0x20, al
        iretd
key:    in al, 0x60
        mov [0x5000], al
        inc ebp
        mov al, 0x20
        out 0x20, al
        iretd
`;
const open = (mask: number) => `\nmov al, ${mask}\nout 0x21, al\n`;
const period = (ticks: number) => `
        mov al, 0x34
        out 0x43, al
        mov al, ${ticks & 0xff}
        out 0x40, al
        mov al, ${ticks >> 8}
        out 0x40, al
`;

function machine(source: string): { machine: Machine; events: (MachineEvent & { step: number })[] } {
  const computer = new Machine({ memoryBytes: 2 << 20, whatIf: [] });
  const events: (MachineEvent & { step: number })[] = [];
  computer.sink = { wants: () => true, record: (event) => events.push({ ...event, step: computer.steps }) };
  computer.memory.writeBytes(ORIGIN, assemble(source, ORIGIN));
  handOver(computer.cpu.state, computer.memory, ORIGIN);
  computer.cpu.gpr.fill(0, 5);
  return { machine: computer, events };
}

const ebx = (computer: Machine) => computer.cpu.gpr[3]!;
const ebp = (computer: Machine) => computer.cpu.gpr[5]!;

describe("HLT", () => {
  it("with IF set jumps to the next event in virtual time, without a step or a tick", () => {
    const { machine: computer } = machine(
      `${INTERRUPTS}${open(0xfe)}${period(5000)}xor ebx, ebx\nsti\n.next: hlt\ncmp ebx, 3\njb .next\nmov al, 0\nout 0xf4, al\n${HANDLERS}`,
    );
    computer.run(100_000);
    expect(computer.outcome).toBe("exited");
    expect(ebx(computer)).toBe(3);
    expect(computer.ticks).toBeLessThan(200);
    expect(computer.idle).toBeGreaterThan(computer.ticks);
    expect(computer.time).toBe(computer.ticks + computer.idle);
  });

  it("with IF clear, or with nothing that could wake it, halts the machine", () => {
    for (const source of ["cli\nhlt", `${INTERRUPTS}${open(0xff)}sti\nhlt\n${HANDLERS}`]) {
      const { machine: computer } = machine(source);
      computer.run(1000);
      expect(computer.outcome).toBe("halted");
      expect(computer.run(1000)).toBe(0);
    }
  });

  it("is woken by a key that comes later, at its time", () => {
    const { machine: computer } = machine(`${INTERRUPTS}${open(0xfd)}sti\nhlt\nmov al, 0\nout 0xf4, al\n${HANDLERS}`);
    computer.addInput({ tick: 40_000, event: { kind: "key", code: "KeyA", down: true } });
    computer.run(1000);
    expect(computer.outcome).toBe("exited");
    expect(computer.memory.read8(0x5000)).toBe(0x1e);
    expect(computer.time).toBeGreaterThanOrEqual(40_000);
    expect(computer.time).toBeLessThan(40_020);
  });

  it("goes on when a key comes after the machine has halted", () => {
    const { machine: computer } = machine(`${INTERRUPTS}${open(0xfd)}sti\nhlt\nmov al, 0\nout 0xf4, al\n${HANDLERS}`);
    computer.run(1000);
    expect(computer.outcome).toBe("halted");
    computer.addInput({ tick: computer.time + 1, event: { kind: "key", code: "KeyA", down: true } });
    computer.run(1000);
    expect(computer.outcome).toBe("exited");
  });
});

describe("virtual time", () => {
  it("brings an input at its tick, exactly, whatever the slices", () => {
    const arrivals = [1, 7, 100, 4000].map((slice) => {
      const { machine: computer, events } = machine(`${INTERRUPTS}${open(0xfd)}sti\nagain: jmp again\n${HANDLERS}`);
      computer.addInput({ tick: 333, event: { kind: "key", code: "KeyA", down: true } });
      while (computer.ticks < 1000) computer.run(slice);
      expect(ebp(computer)).toBe(1);
      const arrived = events.find(({ kind }) => kind === "interrupt")!;
      return arrived.step;
    });
    expect(new Set(arrivals).size).toBe(1);
    // Ticks and steps are one, but for the delivery itself.
    expect(arrivals[0]).toBe(334);
  });

  it("is exact for a port in the middle of a run", () => {
    const source = `${period(0xffff)}
        mov ecx, 37
again:  loop again
        mov al, 0
        out 0x43, al
        in al, 0x40
        mov bl, al
        in al, 0x40
        mov bh, al
        jmp $`;
    const counts = [1, 3, 1000].map((slice) => {
      const { machine: computer } = machine(source);
      while (computer.ticks < 100) computer.run(slice);
      return ebx(computer) & 0xffff;
    });
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeLessThan(0xffff);
  });

  it("brings the timer's interrupts at the same ticks in slices of any size", () => {
    const runs = [1, 13, 5000].map((slice) => {
      const { machine: computer, events } = machine(
        `${INTERRUPTS}${open(0xfe)}${period(100)}sti\nagain: inc edx\njmp again\n${HANDLERS}`,
      );
      while (computer.ticks < 3000) computer.run(Math.min(slice, 3000 - computer.ticks));
      return events.filter(({ kind }) => kind === "interrupt").map(({ step }) => step);
    });
    expect(runs[0]!.length).toBeGreaterThan(2);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]!.slice(0, runs[0]!.length - 1)).toEqual(runs[0]!.slice(0, -1));
  });

  it("runs to a tick, also where repeated string instructions end many ticks at once", () => {
    const { machine: computer } = machine("mov ecx, 1000\nmov edi, 0x20000\nrep stosb\njmp $");
    computer.runToTick(500, 100_000);
    expect(computer.ticks).toBe(500);
    expect(computer.cpu.gpr[1]).toBe(1000 - 498);
  });
});

describe("a machine", () => {
  it("ends with what is written to port F4, and by a triple fault", () => {
    const { machine: computer } = machine("mov al, 42\nout 0xf4, al\njmp $");
    computer.run(100);
    expect(computer.outcome).toBe("exited");
    expect(computer.platform.exitCode).toBe(42);
    const { machine: faulty } = machine("mov word [0x3000], 0\nlidt [0x3000]\nud2");
    faulty.run(100);
    expect(faulty.outcome).toBe("shutdown");
  });

  it("restores what it saved: counters, devices, inputs to come", () => {
    const { machine: computer } = machine(
      `${INTERRUPTS}${open(0xfc)}${period(300)}sti\nagain: inc edx\njmp again\n${HANDLERS}`,
    );
    computer.addInput({ tick: 700, event: { kind: "key", code: "KeyA", down: true } });
    computer.run(600);
    const saved = structuredClone(computer.save());
    const memory = computer.memory.bytes.slice();
    const look = () => [
      computer.steps,
      computer.ticks,
      computer.cycles,
      ebx(computer),
      ebp(computer),
      computer.cpu.gpr[2],
    ];
    computer.run(2000);
    const after = look();
    expect(ebp(computer)).toBe(1);
    computer.memory.writeBytes(0, memory);
    computer.load(saved);
    expect(computer.save()).toEqual(saved);
    computer.run(2000);
    expect(look()).toEqual(after);
  });
});
