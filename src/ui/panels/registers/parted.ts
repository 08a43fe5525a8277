import type { StrategyId, View } from "../../../session/types.ts";
import { bitsOf, CR0_BITS, FLAGS, hex } from "../../format.ts";
import type { State } from "../../store/state.ts";

/** What the other run of a comparison has in a register, where the two have just parted. */
export interface Parted {
  readonly other: StrategyId;
  /** By the rows' names: `EAX`, `EFLAGS`, `IF`, `CS`, ... */
  readonly values: ReadonlyMap<string, string>;
}

/** The registers in which the present moment differs from the other run of the last comparison; null elsewhere. */
export function partedHere(compare: State["compare"], view: View | null): Parted | null {
  const comparison = compare.reply?.comparison;
  const difference = comparison?.difference;
  if (!comparison || !difference || view === null || view.whatIf.join() !== compare.whatIf.join()) return null;
  const { left, right } = comparison;
  const inRight = view.strategy === right && view.step === difference.rightStep;
  const inLeft = view.strategy === left && view.step === difference.leftStep;
  if (!inRight && !inLeft) return null;
  const values = new Map<string, string>();
  for (const item of difference.items) {
    const theirs = Number(inRight ? item.left : item.right);
    const mine = Number(inRight ? item.right : item.left);
    // Hidden parts, memory and outputs have no row.
    if (!/^[a-z0-9]+$/.test(item.what) || !Number.isFinite(theirs)) continue;
    const digits = (inRight ? item.left : item.right).length - 2;
    values.set(item.what.toUpperCase(), item.what === "cpl" ? String(theirs) : hex(theirs, digits));
    const bits = item.what === "eflags" ? FLAGS : item.what === "cr0" ? CR0_BITS : [];
    for (const bit of bits) {
      if (bitsOf(theirs, bit) !== bitsOf(mine, bit)) values.set(bit.name, String(bitsOf(theirs, bit)));
    }
  }
  return values.size === 0 ? null : { other: inRight ? left : right, values };
}
