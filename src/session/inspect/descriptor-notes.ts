import type { Words } from "../../isa/types.ts";
import { hexDigits } from "../../machine/describe.ts";
import type { DescriptorView } from "./descriptor-view.ts";

/** How two descriptors differ, in words, the first being what somebody had and the second what there is. */
export function differencesInWords(from: DescriptorView, to: DescriptorView): Words[] {
  if (from.low === to.low && from.high === to.high) return [];
  const notes: Words[] = [];
  const add = (en: string, zh: string) => notes.push({ en, zh });
  if (from.form !== to.form || from.type.en !== to.type.en) {
    add(`${from.type.en} became ${to.type.en}`, `${from.type.zh}变为${to.type.zh}`);
  }
  if (from.present !== to.present)
    add(to.present ? "became present" : "became not present", to.present ? "变为存在" : "变为不存在");
  if (from.dpl !== to.dpl) add(`DPL ${from.dpl} became ${to.dpl}`, `DPL ${from.dpl} 变为 ${to.dpl}`);
  if (from.target !== null || to.target !== null) {
    const [a, b] = [targetText(from), targetText(to)];
    if (a !== b) add(`target ${a} became ${b}`, `目标 ${a} 变为 ${b}`);
    return notes;
  }
  const pair = (name: Words, a: number, b: number) =>
    add(`${name.en} ${hexDigits(a)} became ${hexDigits(b)}`, `${name.zh} ${hexDigits(a)} 变为 ${hexDigits(b)}`);
  if (from.base !== to.base) pair({ en: "base", zh: "基址" }, from.base, to.base);
  if (from.limit !== to.limit) pair({ en: "limit", zh: "界限" }, from.limit, to.limit);
  if (from.flags.join() !== to.flags.join()) {
    const [a, b] = [from.flags.join(" ") || "-", to.flags.join(" ") || "-"];
    add(`flags ${a} became ${b}`, `标志 ${a} 变为 ${b}`);
  }
  return notes;
}

function targetText({ target }: DescriptorView): string {
  return target === null ? "-" : `${hexDigits(target.selector, 4)}:${hexDigits(target.offset)}`;
}
