import { expect } from "vitest";
import type { TimedInput } from "../../../src/session/types.ts";
import type { Strategy } from "../../../src/vmm/strategy.ts";
import type { Vtx } from "../../../src/vmm/vtx/monitor.ts";
import type { OptionId } from "../../../src/vmm/vtx/options.ts";
import { buildVtx, vtx } from "../../../src/vmm/vtx/strategy.ts";
import { type Compared, compare } from "../guests.ts";

export function strategyWith(options: readonly OptionId[]): Strategy {
  return { ...vtx, build: (setup) => buildVtx({ ...setup, options }) };
}

/** The virtualized side's VMM. */
export function vmmOf({ check }: Compared): Vtx {
  return check.right.computer.guest as Vtx;
}

/** A guest that must run under VT-x as it does on bare metal, and end with this code. Returns its VMM. */
export function runs(
  source: string,
  exitCode: number,
  options: readonly OptionId[] = [],
  inputs: readonly TimedInput[] = [],
): Vtx {
  const compared = compare(source, inputs, 400_000, strategyWith(options));
  expect(compared.comparison.difference).toBeNull();
  expect(compared.comparison.exempt.filter(({ kind }) => kind !== "accessed-dirty")).toEqual([]);
  expect(compared.comparison.leftOutcome).toBe("exited");
  expect(compared.exitCode).toBe(exitCode);
  return vmmOf(compared);
}

/** A guest that must do under VT-x what it does on bare metal, whatever its end. Returns how the run on bare metal ended. */
export function agrees(
  source: string,
  options: readonly OptionId[],
  ticks = 20_000,
  inputs: readonly TimedInput[] = [],
): string {
  const { leftOutcome, difference, exempt } = compare(source, inputs, ticks, strategyWith(options)).comparison;
  expect(difference).toBeNull();
  expect(exempt.filter(({ kind }) => kind !== "accessed-dirty")).toEqual([]);
  return leftOutcome;
}

/** How often the guest was left, by basic exit reason. */
export function exitsOf(vmm: Vtx): readonly number[] {
  return vmm.save().counts.exits;
}

export const EXIT = (code: number) => `
        mov al, ${code}
        out 0xf4, al
        jmp $
`;

/** From here on the processor is in ring 3, with the stack at 8f00h. */
export const USER = `
        push 0x23
        push 0x8f00
        push 0x3002             ; IOPL 3, so that the end can be told
        push 0x1b
        push %%user
        iret
%%user: mov ax, 0x23
        mov ds, ax
        mov es, ax
`.replaceAll("%%user", "user");
