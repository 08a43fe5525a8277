import type { Domain } from "./domain.ts";

/** Ports that are the hypervisor's own: both interrupt controllers, and the timer with its gate. */
const OWN: readonly (readonly [number, number])[] = [
  [0x20, 0x21],
  [0xa0, 0xa1],
  [0x40, 0x43],
  [0x61, 0x61],
];

/** Whether a domain has been granted `size` ports from `port` on: a privileged one has all but the hypervisor's own. */
export function mayUsePort({ privileged }: Domain, port: number, size: number): boolean {
  const last = port + size - 1;
  return privileged && OWN.every(([from, to]) => last < from || port > to);
}
