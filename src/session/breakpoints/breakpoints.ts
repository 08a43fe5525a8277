import { symbolTable } from "../expression/context.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import type { Armed } from "./armed.ts";
import { type CompileScope, compileBreakpoint } from "./compile.ts";
import { Scanner } from "./scanner.ts";
import { Tally } from "./tally.ts";
import type { Breakpoint, BreakpointStatus } from "./types.ts";
import { Watcher } from "./watcher.ts";

/** What breakpoints are compiled for in a run of a program. */
export function scopeOf(run: Run, program: PreparedProgram): CompileScope {
  return {
    program,
    symbol: symbolTable(program),
    virtualized: !run.machine.countAll,
    memoryBytes: run.computer.guest.memory.size,
    vmx: run.machine.cpu.vmx !== null,
  };
}

/** How breakpoints stand with a program, in their order. */
export function statusOf(breakpoints: readonly Breakpoint[], scope: CompileScope): BreakpointStatus[] {
  return breakpoints.map((breakpoint) => compileBreakpoint(breakpoint, scope).status);
}

/** The breakpoints of a run, and what has been found out about their hits. */
export class Breakpoints {
  readonly tally: Tally;
  private readonly run: Run;
  private readonly program: PreparedProgram;
  private watcher: Watcher | null = null;
  private armed: readonly Armed[] = [];

  constructor(run: Run, program: PreparedProgram) {
    this.run = run;
    this.program = program;
    this.tally = new Tally(run);
  }

  set(breakpoints: readonly Breakpoint[]): void {
    const scope = scopeOf(this.run, this.program);
    this.armed = breakpoints
      .filter(({ enabled }) => enabled !== false)
      .flatMap((breakpoint) => compileBreakpoint(breakpoint, scope).armed ?? []);
  }

  /** Whether there is anything to stop at. */
  get isEmpty(): boolean {
    return this.armed.length === 0;
  }

  /** Looks for the breakpoints and for what a command waits for. */
  scanner(waiting: readonly Armed[]): Scanner {
    this.watcher ??= new Watcher(this.run);
    return new Scanner(this.watcher, this.tally, this.program, [...this.armed, ...waiting]);
  }
}
