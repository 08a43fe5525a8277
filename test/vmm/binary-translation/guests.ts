import { expect } from "vitest";
import { assemble } from "../../../src/asm/assemble.ts";
import type { Machine } from "../../../src/machine/machine.ts";
import type { Memory } from "../../../src/machine/memory.ts";
import type { TimedInput } from "../../../src/session/types.ts";
import type { BinaryTranslation, TranslationOptions } from "../../../src/vmm/binary-translation/monitor.ts";
import { binaryTranslation, buildTranslation } from "../../../src/vmm/binary-translation/strategy.ts";
import type { Strategy } from "../../../src/vmm/strategy.ts";
import { programFiles, programText } from "../../programs/library.ts";
import { type Compared, compare } from "../guests.ts";

/** The strategy's own defaults. */
export const DEFAULTS: TranslationOptions = { translateUser: false, inline: true };

export function strategyWith(options: Partial<TranslationOptions>): Strategy {
  return { ...binaryTranslation, build: (setup) => buildTranslation(setup, { ...DEFAULTS, ...options }) };
}

/** The virtualized side's VMM. */
export function vmmOf({ check }: Compared): BinaryTranslation {
  return check.right.computer.guest as BinaryTranslation;
}

/** A guest that must run in translation as it does on bare metal, and end with this code. Returns its VMM. */
export function runs(
  source: string,
  exitCode: number,
  options: Partial<TranslationOptions> = {},
  inputs: readonly TimedInput[] = [],
): BinaryTranslation {
  const compared = compare(source, inputs, 400_000, strategyWith(options));
  expect(compared.comparison.difference).toBeNull();
  expect(compared.comparison.exempt.filter(({ kind }) => kind !== "accessed-dirty")).toEqual([]);
  expect(compared.comparison.leftOutcome).toBe("exited");
  expect(compared.exitCode).toBe(exitCode);
  return vmmOf(compared);
}

/** As `runs`, with something done to the VMM after each slice of so many of the guest's instructions. */
export function runsWith(
  source: string,
  slice: () => number,
  between: (vmm: BinaryTranslation) => void,
  options: Partial<TranslationOptions> = {},
): BinaryTranslation {
  const { check } = compare(source, [], 0, strategyWith(options));
  const vmm = check.right.computer.guest as BinaryTranslation;
  while (!check.advance(slice()).done) between(vmm);
  expect(check.result().difference).toBeNull();
  expect(check.result().rightOutcome).toBe("exited");
  expect(vmm.platform.exitCode).toBe(0);
  return vmm;
}

/** All of the machine's memory, the VMM's included. */
export function machineMemory(vmm: BinaryTranslation): Memory {
  return (vmm as unknown as { machine: Machine }).machine.memory;
}

export const EXIT = (code: number) => `
        mov al, ${code}
        out 0xf4, al
        jmp $
`;

/** Paging on: identity for 1.25 MiB, user and writable, the directory at 10000h, its table at 11000h. */
export const PAGING = `
        mov edi, 0x11000
        mov eax, 7
.fill:  mov [edi], eax
        add edi, 4
        add eax, 0x1000
        cmp edi, 0x11500
        jb .fill
        mov dword [0x10000], 0x11007
        mov eax, 0x10000
        mov cr3, eax
        mov eax, 0x80010011
        mov cr0, eax
`;

/** A computer with a program of the collection, translated and before its first step, and the program's labels. */
export function program(path: string, options: Partial<TranslationOptions> = {}) {
  const assembly = assemble(programText(path), { name: path, resolve: (file) => programFiles[file] ?? null });
  expect(assembly.diagnostics).toEqual([]);
  const { machine, vmm } = buildTranslation(
    {
      memoryBytes: 16 << 20,
      whatIf: [],
      place: (memory) => {
        memory.writeBytes(assembly.origin, assembly.bytes);
        return assembly.entry;
      },
    },
    { ...DEFAULTS, ...options },
  );
  const label = (name: string) => assembly.symbols.get(name)!.value;
  return { machine, vmm, label };
}
