import type { Cpu } from "./cpu.ts";

/** How an instruction uses memory. */
export const ACCESS_READ = 0,
  ACCESS_WRITE = 1,
  /** Reads, and writes the result back: INC, XADD, ... */
  ACCESS_MODIFY = 2;

/** Added to the size of a write that `ACCESS_MODIFY` is. */
export const MODIFIES = 1 << 16;

/**
 * Somebody who looks on as the processor works and changes nothing: breakpoints. The processor asks while it decodes
 * which instructions are to be announced, so that those that are not cost nothing; `Cpu.observesMemory` sends every
 * access to memory the long way.
 */
export interface Observer {
  /** Whether instructions at this offset in their page are announced. Decoded code is kept: drop it on a change. */
  marks(offset: number): boolean;
  /** A marked instruction at EIP `cpu.startEip` is about to run; `goesOn`: it is repeated, and has run in part. */
  execute(cpu: Cpu, goesOn: boolean): void;
  /**
   * `size` bytes at `linear` are about to be accessed (ACCESS_*); those in its page lie at `physical` (unsigned). Fetches,
   * page walks and what the processor itself reads of descriptor tables and task-state segments are not told.
   */
  access(cpu: Cpu, linear: number, physical: number, size: number, how: number): void;
  /** The instruction under way has faulted: what it accessed is undone. */
  undo(cpu: Cpu): void;
  /** CR0 has been loaded. */
  control(cpu: Cpu, before: number, after: number): void;
}
