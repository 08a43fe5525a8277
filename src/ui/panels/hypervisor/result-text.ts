import type { HypercallLine } from "../../../session/inspect/hypervisor-calls.ts";

/** Results up to here are shown in decimal. */
const MOST_DECIMAL = 65535;

/** EAX after a hypercall: an error by its name, a small number in decimal, another in hex. */
export function resultText({ errno, result }: Pick<HypercallLine, "errno" | "result">): string {
  if (errno !== null) return `-${errno}`;
  if (result === null) return "";
  return result >= 0 && result <= MOST_DECIMAL ? String(result) : `0x${(result >>> 0).toString(16)}`;
}
