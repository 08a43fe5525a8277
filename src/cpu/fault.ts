import type { Check } from "../isa/types.ts";

/** Vectors of the architecture's exceptions (SDM Vol. 3A, table 6-1). */
export const DE = 0;
export const DB = 1;
export const BP = 3;
export const OF = 4;
export const BR = 5;
export const UD = 6;
export const DF = 8;
export const TS = 10;
export const NP = 11;
export const SS_FAULT = 12;
export const GP = 13;
export const PF = 14;
export const AC = 17;

/**
 * What `fault` throws. One object, made once: a fault is an everyday event here and must not capture a stack.
 * The vector and the error code are in the processor (`faultVector`, `faultCode`).
 */
export const FAULT: { readonly fault: true } = Object.freeze({ fault: true });

/** The rule that an exception came of, where one that is told of by name was broken: of the gate, or what VMX operation holds fast. */
export type BrokenRule = Check["rule"] | "cr0-fixed" | "cr4-vmxe";

/** Whether the vector pushes an error code when the processor raises it. */
export function hasErrorCode(vector: number): boolean {
  return vector === DF || (vector >= TS && vector <= PF) || vector === AC;
}

/** Divide error and the segment faults: two of them in a row make a double fault (SDM Vol. 3A, table 6-4). */
export function isContributory(vector: number): boolean {
  return vector === DE || (vector >= TS && vector <= GP);
}
