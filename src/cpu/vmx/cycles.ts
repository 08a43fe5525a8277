/**
 * What VT-x costs on the processor of the other figures, in cycles, beside its instructions (`isa/rows-vmx.ts`): a Pentium 4
 * 672 of 3.8 GHz.
 */

/** A VM exit (Adams and Agesen, ASPLOS 2006, table 1). */
export const EXIT_CYCLES = 1931;
/**
 * A reference to memory of a guest's page walk: its second-level cache answers after 27 cycles. It is what EPT (more
 * references), VPID and large pages (fewer walks) trade in. Outside of a guest, the cycles of instructions are averages that
 * hold their walks.
 */
export const WALK_CYCLES = 27;
