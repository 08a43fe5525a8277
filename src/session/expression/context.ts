import { translate } from "../../cpu/paging.ts";
import { type CpuState, VMX_OFF } from "../../cpu/state.ts";
import { type FieldName, VMCS_FIELDS } from "../../isa/vmcs.ts";
import type { Memory } from "../../machine/memory.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import type { ExpressionContext, ExpressionView } from "./types.ts";

const byteAt = ({ bytes, size }: Memory, address: number): number | null => (address < size ? bytes[address]! : null);

/** One side of a computer: `memory` is its physical memory, `walked` what its page tables speak of. */
class SideView implements ExpressionView {
  readonly state: CpuState;
  private readonly memory: Memory;
  private readonly walked: Memory;

  constructor(state: CpuState, memory: Memory, walked = memory) {
    this.state = state;
    this.memory = memory;
    this.walked = walked;
  }

  readLinear(address: number): number | null {
    const walk = translate(this.walked, this.state, address >>> 0, "read", false, false);
    return walk.ok ? byteAt(this.walked, walk.physical) : null;
  }

  readPhysical(address: number): number | null {
    return byteAt(this.memory, address);
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
  private side: ExpressionView | null = null;

  constructor(run: Run, symbol: (name: string) => number | null) {
    const { machine } = run;
    this.run = run;
    this.symbol = symbol;
    this.real = new SideView(machine.cpu.state, machine.memory);
  }

  /** To be called whenever the run may have moved. */
  moved(hits: number | null = null): this {
    this.side = null;
    this.hits = hits;
    return this;
  }

  get guest(): ExpressionView {
    if (this.side === null) {
      const { probe, guest, machine } = this.run;
      const walked = guest.directPaging ? machine.memory : guest.memory;
      this.side = new SideView(probe.readGuest(), guest.memory, walked);
    }
    return this.side;
  }

  vmcs(field: FieldName): number | null {
    const { state, memory } = this.run.machine.cpu;
    if (state.vmxMode === VMX_OFF || state.vmcsPointer === -1) return null;
    return memory.read32((state.vmcsPointer >>> 0) + VMCS_FIELDS[field].offset);
  }

  get tick(): number {
    return this.run.machine.ticks;
  }

  get step(): number {
    return this.run.step;
  }
}
