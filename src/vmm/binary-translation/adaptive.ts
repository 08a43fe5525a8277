/** Hits of a trace after which an instruction is no longer taken for innocent: quickly. */
const GUILTY_AFTER = 3;
/** Times it must run without one before it is again: slowly. */
const INNOCENT_AFTER = 64;
/** Sites that are kept; what would be one more stays as it is. */
const MAX_SITES = 1024;

export type AdaptiveState = readonly (readonly [string, number])[];

/**
 * Adaptive binary translation (Adams and Agesen, ASPLOS 2006, 3.3): innocent until proven guilty. An instruction that keeps
 * writing where the VMM traces is simulated by a callout, which costs less than the fault, until it behaves again.
 */
export class AdaptiveSites {
  /** By context and EIP, how often the instruction has run since it last hit a trace. */
  private sites = new Map<string, number>();

  isSimulated(context: number, eip: number): boolean {
    return this.sites.has(key(context, eip));
  }

  isGuilty(traces: number): boolean {
    return traces >= GUILTY_AFTER;
  }

  /** From now on the instruction is simulated. False if there is no room to remember it. */
  accuse(context: number, eip: number): boolean {
    if (this.sites.size >= MAX_SITES) return false;
    this.sites.set(key(context, eip), 0);
    return true;
  }

  /** A simulated instruction has run; `hit`: it wrote where the VMM traces. True if it is innocent again. */
  ran(context: number, eip: number, hit: boolean): boolean {
    const at = key(context, eip);
    const times = hit ? 0 : (this.sites.get(at) ?? 0) + 1;
    if (times >= INNOCENT_AFTER) {
      this.sites.delete(at);
      return true;
    }
    this.sites.set(at, times);
    return false;
  }

  get count(): number {
    return this.sites.size;
  }

  clear(): void {
    this.sites.clear();
  }

  save(): AdaptiveState {
    return [...this.sites];
  }

  load(saved: AdaptiveState): void {
    this.sites = new Map(saved);
  }
}

const key = (context: number, eip: number) => `${context}:${eip >>> 0}`;
