import type { Words } from "../../isa/types.ts";
import type { Diagnostic } from "../types.ts";

/**
 * `pre-virtualization`: a source of two builds, native and for Xen, after LeVasseur et al. (2006). `pv-ops`: one image with a
 * table of its sensitive instructions, which is patched where Xen enters it, after Linux's pv_ops.
 */
export type PortStyle = "pre-virtualization" | "pv-ops";
export const PORT_STYLES: readonly PortStyle[] = ["pre-virtualization", "pv-ops"];

/** A line of a source file, by the file's name before the rewriting. */
interface Line {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Id of the instruction's row. */
  readonly row: string;
}

/** A sensitive instruction that has been rewritten. */
export interface PortChange extends Line {
  readonly before: string;
  readonly after: string;
  /** What it becomes under Xen: a hypercall, or what it is done on. */
  readonly operation: string;
  readonly note: Words;
}

/** A sensitive instruction that may stay: it does under Xen what it did. */
export interface PortKept extends Line {
  readonly text: string;
  readonly note: Words;
}

/** What cannot be rewritten, and what a person could do about it. */
export interface PortRefusal extends Omit<Line, "row"> {
  readonly text: string;
  /** Id of the instruction's row, or null where it is no instruction. */
  readonly row: string | null;
  readonly reason: Words;
  readonly remedy: Words;
}

/** A file that has been rewritten. */
export interface PortedFile {
  /** Its name before and after: the original stays. */
  readonly from: string;
  readonly to: string;
  readonly before: string;
  readonly after: string;
}

export interface Port {
  /** It assembles, and nothing was refused. */
  readonly ok: boolean;
  readonly style: PortStyle;
  /** Name of the rewritten main source. */
  readonly main: string;
  /** The rewritten files, the main one first. Lines that needed nothing are as they were. */
  readonly rewritten: readonly PortedFile[];
  /** All that the rewritten source needs, by name: rewritten files, includes that stay, the wedge. */
  readonly files: Readonly<Record<string, string>>;
  readonly changes: readonly PortChange[];
  readonly kept: readonly PortKept[];
  readonly refusals: readonly PortRefusal[];
  /** Of the source as it was: what keeps it from being assembled. */
  readonly diagnostics: readonly Diagnostic[];
  readonly counts: {
    /** Lines of the sources that are assembled, and how many of them were changed. */
    readonly lines: number;
    readonly changed: number;
    /** Bytes of the image natively, and under Xen with the wedge. */
    readonly nativeBytes: number;
    readonly portedBytes: number;
  };
}
