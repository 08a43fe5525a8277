import { translate } from "../../cpu/paging.ts";
import type { CpuState } from "../../cpu/state.ts";
import type { Memory } from "../../machine/memory.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import type { ExpressionContext, ExpressionView } from "./types.ts";

/** One side of a computer: `memory` is what the physical addresses of `state` are about. */
class SideView implements ExpressionView {
  readonly state: CpuState;
  private readonly memory: Memory;

  constructor(state: CpuState, memory: Memory) {
    this.state = state;
    this.memory = memory;
  }

  readLinear(address: number): number | null {
    const walk = translate(this.memory, this.state, address >>> 0, "read", false, false);
    return walk.ok ? this.readPhysical(walk.physical) : null;
  }

  readPhysical(address: number): number | null {
    return address < this.memory.size ? this.memory.bytes[address]! : null;
  }
}

/** Looks symbols up by name: as written, or, if there is only one such, without regard to case. */
export function symbolTable(program: PreparedProgram): (name: string) => number | null {
  const exact = new Map(program.program.symbols.map(({ name, value }) => [name, value]));
  const folded = new Map<string, number | null>();
  for (const [name, value] of exact) {
    const key = name.toLowerCase();
    folded.set(key, folded.has(key) ? null : value);
  }
  return (name) => exact.get(name) ?? folded.get(name.toLowerCase()) ?? null;
}

/** A run's present moment for expressions to read. The guest's registers are read when they are first asked for. */
export class RunContext implements ExpressionContext {
  readonly real: ExpressionView;
  readonly symbol: (name: string) => number | null;
  hits: number | null = null;
  private readonly run: Run;
  private readonly side: ExpressionView;
  private fresh = false;

  constructor(run: Run, symbol: (name: string) => number | null) {
    const { machine, guest } = run.computer;
    this.run = run;
    this.symbol = symbol;
    this.real = new SideView(machine.cpu.state, machine.memory);
    this.side = new SideView(run.probe.state, guest.memory);
  }

  /** To be called whenever the run may have moved. */
  moved(hits: number | null = null): this {
    this.fresh = false;
    this.hits = hits;
    return this;
  }

  get guest(): ExpressionView {
    if (!this.fresh) this.run.probe.readGuest();
    this.fresh = true;
    return this.side;
  }

  get tick(): number {
    return this.run.machine.ticks;
  }

  get step(): number {
    return this.run.step;
  }
}
