import { AsmError } from "./diagnostics.ts";
import { evaluate, type Scope } from "./expression.ts";
import { LIMITS } from "./limits.ts";
import { type Message, messages } from "./messages.ts";
import type { Token } from "./source.ts";
import type { Body } from "./statement.ts";
import type { Value } from "./value.ts";

type Data = Extract<Body, { kind: "data" }>;
type Reserve = Extract<Body, { kind: "reserve" }>;

/**
 * The bytes of DB, DW, DD or DQ. Strings are padded with zeros to whole elements (NASM manual, 3.2.1).
 * @param scope null before the last pass: then only the length counts, and the bytes are zero
 * @param resolve puts the sections' addresses into a value; null when it has none
 */
export function dataBytes(
  { width, items }: Data,
  scope: Scope | null,
  resolve: (value: Value) => { number: bigint } | null,
  warn: (words: Message, at: Token) => void,
): number[] {
  const bytes: number[] = [];
  for (const item of items) {
    if (item.kind === "bytes") {
      for (let i = 0; i < item.bytes.length; i++) bytes.push(item.bytes.charCodeAt(i));
      while (bytes.length % width !== 0) bytes.push(0);
      continue;
    }
    if (scope === null) {
      for (let i = 0; i < width; i++) bytes.push(0);
      continue;
    }
    const found = resolve(evaluate(item, scope));
    if (found === null) throw new AsmError(messages.notRelocatable(), item.token);
    const value = found.number;
    if (width < 8 && outOfRange(value, width)) warn(messages.overflow(value, width * 8), item.token);
    for (let i = 0; i < width; i++) bytes.push(Number(BigInt.asUintN(8, value >> BigInt(8 * i))));
  }
  return bytes;
}

/** How many bytes RESB and its like keep free. Raises an error for a negative or absurd count. */
export function reservedBytes({ width, count }: Reserve, value: bigint): number {
  if (value < 0n) throw new AsmError(messages.negativeReserve(value), count.token);
  const bytes = value * BigInt(width);
  if (bytes > BigInt(LIMITS.reservedBytes)) throw new AsmError(messages.tooBig(LIMITS.reservedBytes), count.token);
  return Number(bytes);
}

/** A number that so many bytes hold neither signed nor unsigned. */
export function outOfRange(value: bigint, width: number): boolean {
  const bits = BigInt(width * 8);
  return value >= 1n << bits || value < -(1n << (bits - 1n));
}
