import type { Refusal } from "./refusals.ts";

/** What a frame is used as; of these uses one excludes the others, until the last use of it ends. */
export const NO_TYPE = 0;
export const L1_TABLE = 1;
export const L2_TABLE = 2;
export const SEGMENT_TABLE = 3;
export const WRITABLE = 4;
export type PageTableType = typeof L1_TABLE | typeof L2_TABLE;
export type FrameType = typeof NO_TYPE | PageTableType | typeof SEGMENT_TABLE | typeof WRITABLE;

/** A frame as those see it who look on. */
export interface FrameView {
  /** Domain id, DOMID_XEN for the hypervisor's own, -1 for nobody's. */
  readonly owner: number;
  /** It counts as part of the owner's reservation. */
  readonly allocated: boolean;
  readonly references: number;
  readonly type: FrameType;
  readonly typeCount: number;
  readonly validated: boolean;
  readonly pinned: boolean;
  /** Linear page-table entries that a directory has, or, negative, that map it. */
  readonly linear: number;
  /** By the machine-to-physical table; -1 for none. */
  readonly page: number;
}

/** Why a frame in use as one thing can't be another. */
export function conflict(is: FrameType, wanted: FrameType): Refusal {
  if (is === WRITABLE) return "frame-is-writable";
  if (wanted !== WRITABLE) return "frame-of-other-type";
  return is === SEGMENT_TABLE ? "frame-is-segment-table" : "frame-is-page-table";
}
