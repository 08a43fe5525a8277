/**
 * Bits of the control and debug registers that the processor has, and how they read and write (SDM Vol. 3A, 2.5 and
 * 17.2). Names of single bits are those of the architecture, in `isa/`.
 */
import {
  CR0_AM,
  CR0_CD,
  CR0_EM,
  CR0_ET,
  CR0_MP,
  CR0_NE,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
} from "../isa/control.ts";

export * from "../isa/control.ts";
export * from "../isa/flags.ts";

/** The bits of CR0 that exist; the others are ignored when written and read as zero. */
export const CR0_DEFINED =
  CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG;

export const DR6_BD = 1 << 13;
export const DR6_BS = 1 << 14;
/** Bits of DR6 that always read as one, and those that can be written. */
export const DR6_FIXED = 0xffff0ff0 | 0;
export const DR6_WRITABLE = 0x0000e00f;
export const DR7_GD = 1 << 13;
/** Bit 10 of DR7 always reads as one; bits 15, 14, 12 and 11 as zero. */
export const DR7_FIXED = 0x00000400;
export const DR7_WRITABLE = 0xffff23ff | 0;
