import type { Answer, BreakpointPlace } from "../../../session/types.ts";

/**
 * What stops when a watch changes: for memory at a fixed address, a write there; anything else is looked at after every
 * instruction.
 */
export function changeBreakpoint(expression: string, result: Answer<"expression">[number] | null): BreakpointPlace {
  const place = result?.ok === true ? result.value.place : null;
  const constant = /^\s*(?:(?:byte|word|dword)\s+)?(?:phys:)?\[\s*([^[\]]+?)\s*\]\s*$/i.exec(expression);
  if (place === null || place.view !== "guest" || constant === null || isMoving(constant[1]!)) {
    return { kind: "change", expression };
  }
  return { kind: "data", address: constant[1]!, size: place.size, access: "write", space: place.space };
}

const MOVING =
  /\b(?:e?[abcd]x|[abcd][lh]|e?[sd]i|e?[sb]p|e?ip|pc|e?flags|efl|[c-gs]s|cr\d|dr\d|cpl|iopl|tick|step|[gil]dtr|tr)\b|:/i;

/** Whether an address depends on registers. */
function isMoving(address: string): boolean {
  return MOVING.test(address);
}
