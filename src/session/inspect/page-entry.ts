import { CR0_PG, CR4_PSE } from "../../cpu/registers.ts";
import { LARGE_FRAME, PAGE_BITS, PAGE_FRAME, PAGE_LARGE, PAGE_PRESENT } from "../../isa/paging.ts";
import type { Side } from "./side.ts";

/** Whether paging is on. */
export function isPaging({ state }: Side): boolean {
  return (state.cr0 & CR0_PG) !== 0;
}

/** Whether a directory entry maps a 4 MiB page (CR4.PSE). */
export function isLarge({ state }: Side, pde: number): boolean {
  return (pde & PAGE_LARGE) !== 0 && (state.cr4 & CR4_PSE) !== 0;
}

/** Physical address of the page directory. */
export function directoryOf({ state }: Side): number {
  return (state.cr3 & PAGE_FRAME) >>> 0;
}

export function frameOf(entry: number, large: boolean): number {
  return (entry & (large ? LARGE_FRAME : PAGE_FRAME)) >>> 0;
}

export function isPresent(entry: number): boolean {
  return (entry & PAGE_PRESENT) !== 0;
}

/** The letters of the bits that are set, from the lowest: `P W U A D`. PS counts in a directory alone. */
export function bitLetters(entry: number, directory: boolean): string[] {
  return PAGE_BITS.filter(({ letter, mask }) => (entry & mask) !== 0 && (directory || letter !== "PS"))
    .map(({ letter }) => letter)
    .reverse();
}
