import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { RIGHTS_TYPE } from "../../isa/vmx-events.ts";
import { rightsType } from "../../isa/vmx-rights.ts";

/** A bit that has a name. */
type NamedBit = { readonly name: string; readonly mask: number };

/** What is wrong with the value of a field that a check of VM entry looks at. */
export interface Fault {
  readonly field: FieldName;
  /** `RPL is 3`: no value, no title of the field. */
  readonly words: Words;
}

export const fault = (field: FieldName, en: string, zh: string): Fault => ({ field, words: { en, zh } });

/** All that hold of a list: `[condition, fault]`. */
export const faults = (...found: readonly (readonly [boolean, Fault])[]): Fault[] =>
  found.filter(([wrong]) => wrong).map(([, one]) => one);

const BITS = 32;

/** Runs of bits that are 1, from the highest: `31:22`, `5`. Bits with a name are not run together. */
function runs(mask: number, names: readonly NamedBit[]): string[] {
  const found: string[] = [];
  for (let bit = BITS - 1; bit >= 0; bit--) {
    if (((mask >>> bit) & 1) === 0) continue;
    const name = nameOf(bit, names);
    if (name !== null) {
      found.push(`${bit} (${name})`);
      continue;
    }
    const high = bit;
    while (bit > 0 && ((mask >>> (bit - 1)) & 1) !== 0 && nameOf(bit - 1, names) === null) bit--;
    found.push(high === bit ? `${bit}` : `${high}:${bit}`);
  }
  return found;
}

const nameOf = (bit: number, names: readonly NamedBit[]): string | null =>
  names.find(({ mask }) => mask >>> 0 === 2 ** bit)?.name ?? null;

/**
 * The bits that are 0 and must be 1 (`ones`), and those that are 1 and must be 0 (`zeros`).
 * @param names Bits that have a name: it is said with the number.
 */
export function wrongBits(
  field: FieldName,
  value: number,
  ones: number,
  zeros: number,
  names: readonly NamedBit[] = [],
): Fault[] {
  const of = (mask: number, is: 0 | 1): Fault[] => {
    const found = runs(mask, names);
    if (found.length === 0) return [];
    const many = found.length > 1 || found[0]!.includes(":");
    const must = is === 0 ? 1 : 0;
    const en = many
      ? `bits ${found.join(", ")} are ${is} and must be ${must}`
      : `bit ${found[0]} is ${is} and must be ${must}`;
    return [fault(field, en, `第 ${found.join("、")} 位为 ${is}，必须为 ${must}`)];
  };
  return [...of(ones & ~value, 0), ...of(value & zeros, 1)];
}

/** The upper half of a 64-bit field is not 0: an address that this processor has not got. */
export const beyond = (field: FieldName, high: number): Fault[] =>
  high === 0 ? [] : [fault(field, "bits 63:32 are not 0", "63:32 位不为 0")];

/** The type of a segment, as its access rights have it. */
export function wrongType(field: FieldName, rights: number): Fault {
  const type = rights & RIGHTS_TYPE;
  const { en, zh } = rightsType(rights);
  // What has no name is called by its number.
  const named = !en.endsWith(String(type));
  return fault(field, named ? `type ${type}: ${en}` : en, named ? `类型 ${type}：${zh}` : zh);
}

/** `name` is `value`: of a part of a field. */
export const part = (field: FieldName, name: string, value: number, zh = `${name} `): Fault =>
  fault(field, `${name} is ${value}`, `${zh}为 ${value}`);
