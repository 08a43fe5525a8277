import type { EntryCheck, Fields } from "../cpu/vmx/entry-checks.ts";
import type { Words } from "../isa/types.ts";
import { type FieldName, VMCS_FIELDS } from "../isa/vmcs.ts";
import { CONTROL_SETS, type ControlSet, controlAt, mayBeOne, mustBeOne } from "../isa/vmx-controls.ts";

/** A field and what it holds: of a 64-bit field both halves, of others 0 as the high one. */
export interface FieldValue {
  readonly name: FieldName;
  readonly low: number;
  readonly high: number;
}

/** The values that a failed check's event has kept, in the order of the check's fields (64-bit ones in two halves). */
export function valuesOf(check: EntryCheck, numbers: readonly number[]): FieldValue[] {
  let at = 0;
  return check.fields.map((name) => {
    const low = numbers[at++] ?? 0;
    return { name, low, high: VMCS_FIELDS[name].width === 64 ? (numbers[at++] ?? 0) : 0 };
  });
}

/** A field's value in hex, as wide as the field. */
export function fieldHex(name: FieldName, low: number, high: number): string {
  const { width } = VMCS_FIELDS[name];
  const part = (value: number, digits: number) => (value >>> 0).toString(16).padStart(digits, "0");
  if (width === 16) return part(low & 0xffff, 4);
  return width === 64 ? part(high, 8) + part(low, 8) : part(low, 8);
}

/** The fields of values as a check asks for them; of others it knows nothing. */
function fieldsOf(values: readonly FieldValue[]): Fields {
  const find = (name: FieldName) => values.find((value) => value.name === name);
  return { get: (name) => find(name)?.low ?? 0, high: (name) => find(name)?.high ?? 0 };
}

/** Why a check does not hold. */
export interface CheckFailure {
  /** Each field at fault with its value, and what is wrong with it: of a selector its RPL, of controls the bits. */
  readonly words: Words;
  /** The fields at fault; all that the check looks at where it does not say which. */
  readonly fields: readonly FieldName[];
}

/**
 * Why a check does not hold.
 * @param values Of the check's fields, in their order.
 * @param fields The same fields where more than their values is at hand (the VMCS itself, memory).
 */
export function whyFails(
  { why }: EntryCheck,
  values: readonly FieldValue[],
  fields: Fields = fieldsOf(values),
): CheckFailure {
  const told = why?.(fields) ?? [];
  const shown = told.length === 0 ? values : values.filter(({ name }) => told.some(({ field }) => field === name));
  const parts = shown.map((value): Words => {
    const { title } = VMCS_FIELDS[value.name];
    const text = `0x${fieldHex(value.name, value.low, value.high)}`;
    const wrong =
      told.length === 0
        ? wrongControls(value)
        : told.filter(({ field }) => field === value.name).map((one) => one.words);
    return {
      en: `${title.en} = ${text}${wrong.length > 0 ? ` (${wrong.map(({ en }) => en).join("; ")})` : ""}`,
      zh: `${title.zh} = ${text}${wrong.length > 0 ? `（${wrong.map(({ zh }) => zh).join("；")}）` : ""}`,
    };
  });
  return {
    words: { en: parts.map(({ en }) => en).join(", "), zh: parts.map(({ zh }) => zh).join("，") },
    fields: shown.map(({ name }) => name),
  };
}

/** The bits of a vector of controls that are 0 and must be 1, or 1 and not supported; none for other fields. */
function wrongControls({ name, low }: FieldValue): Words[] {
  const set = Object.values(CONTROL_SETS).find(({ field }) => field === name);
  if (set === undefined) return [];
  const missing = bitsOf(mustBeOne(set) & ~low);
  const excess = bitsOf(low & ~mayBeOne(set));
  return [
    ...missing.map((bit) => ({ en: `bit ${bit} is 0 and must be 1`, zh: `第 ${bit} 位为 0，必须为 1` })),
    ...excess.map((bit) => {
      const name = nameOf(set, bit);
      return {
        en: `bit ${bit}${name === null ? "" : `, “${name.en}”,`} is 1 and not allowed`,
        zh: `第 ${bit} 位${name === null ? "" : `“${name.zh}”`}为 1，不允许`,
      };
    }),
  ];
}

const nameOf = (set: ControlSet, bit: number): Words | null => controlAt(set, bit)?.title ?? null;

const bitsOf = (mask: number): number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (mask >>> bit) & 1);
