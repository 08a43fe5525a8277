import { expect } from "vitest";
import { assemble } from "../../../src/asm/assemble.ts";
import type { MachineEvent } from "../../../src/machine/events.ts";
import type { Image } from "../../../src/machine/loaders/image.ts";
import type { TimedInput } from "../../../src/session/types.ts";
import { checkInvariants } from "../../../src/vmm/paravirtual/invariants.ts";
import type { Xen } from "../../../src/vmm/paravirtual/monitor.ts";
import { buildXen } from "../../../src/vmm/paravirtual/strategy.ts";
import { programText } from "../../programs/library.ts";

const MIB = 1 << 20;

/** A domain that has run. */
export interface Ran {
  readonly xen: Xen;
  readonly serial: string;
  readonly outcome: string;
  readonly events: readonly MachineEvent[];
}

/** Programs of other domains, by id. */
export type Others = Readonly<Record<number, string>>;

/** What every guest here begins with: notes, a stack, the shared page. `body` follows; it prints by `put_hex` and the like. */
const PROLOGUE = `
BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/xen.inc"
        xen_guest "test", start
start:  mov esp, KERNEL_STACK
        call domain_init
`;
const EPILOGUE = `
%include "lib/console.inc"
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/events.inc"
%include "include/direct-paging.inc"
`;

/** A guest's source around its own lines. */
export function guest(body: string): string {
  return `${PROLOGUE}${body}${EPILOGUE}`;
}

function imageOf(source: string): Image {
  const assembly = assemble(source, { name: "guest.asm", resolve: (path) => programText(path), defines: ["XEN"] });
  expect(assembly.diagnostics.map(({ line, message }) => `${line}: ${message.en}`)).toEqual([]);
  return { segments: [{ address: assembly.origin, bytes: assembly.bytes, zeroFill: 0 }], entry: assembly.entry };
}

/** Builds domain 1 of `source`, and others beside it. */
export function built(source: string, others: Others = {}): Xen {
  const companions = Object.entries(others).map(([id, text]) => ({ id: Number(id), image: imageOf(text) }));
  const image = imageOf(source);
  return buildXen({ memoryBytes: 4 * MIB, whatIf: [], place: () => image.entry, image, companions }).xen;
}

/** Runs domain 1 of `source` to its end, or for `maxSteps` steps. */
export function run(source: string, others: Others = {}, inputs: readonly TimedInput[] = [], maxSteps = 300_000): Ran {
  const xen = built(source, others);
  const { machine } = xen;
  const events: MachineEvent[] = [];
  machine.sink = { wants: () => true, record: (event) => events.push(event) };
  for (const input of inputs) machine.addInput(input as never);
  machine.run(maxSteps);
  expect(checkInvariants(xen)).toEqual([]);
  return { xen, serial: machine.platform.serial.text(), outcome: machine.outcome, events };
}

/** A guest whose lines print `expected` on the console, and which ends as it should. */
export function check(body: string, expected: string, others: Others = {}, inputs: readonly TimedInput[] = []): Ran {
  const ran = run(guest(body), others, inputs);
  expect(ran.serial).toBe(expected);
  expect(ran.outcome).toBe("exited");
  return ran;
}

/** A guest that the hypervisor ends, and the rule that it broke. */
export function ends(body: string, reason: string): Ran {
  const ran = run(guest(body));
  expect(ran.events.filter(({ kind }) => kind === "shutdown").map((event) => event.reason)).toEqual([reason]);
  expect(ran.outcome).toBe("shutdown");
  return ran;
}
