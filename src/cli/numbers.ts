import { BadInput } from "./errors.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * A whole number: `1000`, `1_000`, `0x3e8`, `20k`, `5M`.
 * @param what names the option in messages
 */
export function wholeNumber(text: string, what: string, { least, most }: Range): number {
  const plain = text.trim().replace(/(?<=[0-9a-f])_(?=[0-9a-f])/gi, "");
  const decimal = /^([0-9]{1,16})([kmg]?)$/i.exec(plain);
  const value = decimal
    ? Number(decimal[1]) * UNITS[decimal[2]!.toLowerCase()]!
    : /^0x[0-9a-f]{1,13}$/i.test(plain)
      ? Number(plain)
      : Number.NaN;
  if (Number.isNaN(value)) {
    throw new BadInput(`${what}: "${text}" is not a whole number; write 1000, 0x3e8, 20k or 5M`);
  }
  if (value < least || value > most) {
    throw new BadInput(`${what}: ${text} is out of range; it may be ${least} to ${most}`);
  }
  return value;
}

const ADDRESSES = { least: 0, most: 0xffffffff };

/** An address: `0x7c00`, `7c00h` or decimal. */
export function address(text: string, what: string): number {
  const suffixed = /^([0-9][0-9a-f_]*)h$/i.exec(text.trim());
  if (suffixed) return wholeNumber(`0x${suffixed[1]}`, what, ADDRESSES);
  if (/^[0-9a-f]*[a-f][0-9a-f]*$/i.test(text.trim())) {
    throw new BadInput(`${what}: "${text}" has no sign that it is hexadecimal; write 0x${text.trim()}`);
  }
  return wholeNumber(text, what, ADDRESSES);
}

/** An address that is hexadecimal in any case: `7c00`, `0x7c00`, `7c00h`. */
export function hexAddress(text: string, what: string): number {
  const match = /^(?:0x)?([0-9a-f_]{1,12})h?$/i.exec(text.trim());
  if (!match) throw new BadInput(`${what}: "${text}" is not a hexadecimal address; write 0x100040`);
  return wholeNumber(`0x${match[1]}`, what, ADDRESSES);
}
