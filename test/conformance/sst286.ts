import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Bus } from "../../src/cpu/bus.ts";
import { Cpu } from "../../src/cpu/cpu.ts";
import { getEflags } from "../../src/cpu/flags.ts";
import { ACTIVE, CS, DS, ES, SS } from "../../src/cpu/state.ts";
import { Memory } from "../../src/machine/memory.ts";

const FILE = new URL("../../../shared/conformance/sst286/real-mode.jsonl.gz", import.meta.url);

type Registers = Readonly<Record<string, number>>;

/** One instruction captured on a processor, as the README beside the data describes it. */
export interface Vector {
  readonly op: string;
  readonly name: string;
  readonly bytes: string;
  readonly init: { readonly regs: Registers; readonly ram: readonly (readonly [number, number])[] };
  readonly final: { readonly regs: Registers; readonly ram: readonly (readonly [number, number])[] };
  readonly exc?: number;
  readonly fmask: number;
}

/** All vectors by opcode file, or null where the data is not there. */
export function readVectors(): Map<string, Vector[]> | null {
  if (!existsSync(FILE)) return null;
  const byOpcode = new Map<string, Vector[]>();
  for (const line of gunzipSync(readFileSync(FILE)).toString("utf8").split("\n")) {
    if (line === "") continue;
    const vector = JSON.parse(line) as Vector;
    const list = byOpcode.get(vector.op);
    if (list === undefined) byOpcode.set(vector.op, [vector]);
    else list.push(vector);
  }
  return byOpcode;
}

const WORD_REGISTERS = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const SEGMENTS: readonly (readonly [string, number])[] = [
  ["es", ES],
  ["cs", CS],
  ["ss", SS],
  ["ds", DS],
];
/** The 286 cannot set IOPL and NT in real mode. */
const FLAG_BITS = 0x0fd7;

/** More than any of them takes; some repeat 65,535 times. */
const STEPS = 200_000;

/** Remembers the first exception or software interrupt. */
class ObservedCpu extends Cpu {
  raised = -1;

  override fault(vector: number, errorCode: number): never {
    if (this.raised < 0) this.raised = vector;
    return super.fault(vector, errorCode);
  }

  override refuse(vector: number): void {
    if (this.raised < 0) this.raised = vector;
    super.refuse(vector);
  }

  override softwareDelivered(): void {
    if (this.raised < 0) this.raised = this.last.vector;
    super.softwareDelivered();
  }
}

/** A processor in real-address mode. */
export class RealMode {
  private readonly memory = new Memory(2 << 20);
  private readonly cpu: ObservedCpu;

  constructor() {
    const { memory } = this;
    const bus: Bus = {
      memory,
      portIn: () => -1,
      portOut: () => {},
      cycles: () => 0,
      isHostGate: () => false,
      noteSilent: () => {},
    };
    this.cpu = new ObservedCpu(bus, { whatIf: [] });
  }

  /** Runs one vector to its HLT; says what is wrong (the empty text: nothing), and the vector that was raised or -1. */
  run(vector: Vector): { wrong: string; raised: number } {
    const { cpu, memory } = this;
    const { state } = cpu;
    const { regs, ram } = vector.init;
    memory.bytes.fill(0);
    memory.dropAllCode();
    for (const [address, byte] of ram) memory.write8(address, byte);
    state.words.fill(0);
    state.cr0 = 0x10;
    state.idtrLimit = 0x3ff;
    WORD_REGISTERS.forEach((name, r) => {
      state.gpr[r] = regs[name]!;
    });
    for (const [name, segment] of SEGMENTS) {
      state.selector[segment] = regs[name]!;
      state.base[segment] = regs[name]! << 4;
      state.limit[segment] = 0xffff;
      state.attr[segment] = 0x93;
    }
    state.eip = regs.ip!;
    state.rawFlags = (regs.flags! & FLAG_BITS) | 2;
    cpu.raised = -1;
    for (let steps = 0; steps < STEPS && state.activity === ACTIVE; ) steps += cpu.run(STEPS);
    const wanted = vector.exc ?? -1;
    if (cpu.raised !== wanted) return { wrong: `exception ${cpu.raised} instead of ${wanted}`, raised: cpu.raised };
    return { wrong: this.compare(vector), raised: wanted };
  }

  private compare(vector: Vector): string {
    const { state } = this.cpu;
    const wanted = { ...vector.init.regs, ...vector.final.regs };
    const wrong: string[] = [];
    const expectEqual = (name: string, got: number, want: number): void => {
      if (got !== want) wrong.push(`${name}: ${got.toString(16)} instead of ${want.toString(16)}`);
    };
    for (const [r, name] of WORD_REGISTERS.entries()) expectEqual(name, state.gpr[r]! & 0xffff, wanted[name]!);
    for (const [name, segment] of SEGMENTS) expectEqual(name, state.selector[segment]! & 0xffff, wanted[name]!);
    expectEqual("ip", state.eip & 0xffff, wanted.ip!);
    const mask = vector.fmask & FLAG_BITS;
    expectEqual("flags", getEflags(state) & mask, wanted.flags! & mask);
    // Where the flags were pushed; the data's own "flagaddr" is one less where SP is odd.
    const { ss, sp } = vector.init.regs;
    const frame = vector.exc === undefined ? -2 : ss! * 16 + ((sp! - 2) & 0xffff);
    for (const [address, byte] of vector.final.ram) {
      const bits = address === frame ? mask & 0xff : address === frame + 1 ? mask >> 8 : 0xff;
      expectEqual(`[${address.toString(16)}]`, this.memory.read8(address) & bits, byte & bits);
    }
    return wrong.join(", ");
  }
}
