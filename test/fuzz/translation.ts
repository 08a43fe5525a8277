import { ROWS } from "../../src/isa/rows.ts";
import type { Memory } from "../../src/machine/memory.ts";
import { buildSide, EquivalenceCheck } from "../../src/session/equivalence.ts";
import { bareMetal } from "../../src/vmm/bare-metal/strategy.ts";
import {
  BT_POOL,
  CACHE_BASE,
  CACHE_CODE,
  CACHE_SIZE,
  FIELDS,
  VCPU,
  VCPU_DATA,
  VCPU_LIMIT,
} from "../../src/vmm/binary-translation/layout.ts";
import type { BinaryTranslation, TranslationOptions } from "../../src/vmm/binary-translation/monitor.ts";
import { binaryTranslation, buildTranslation } from "../../src/vmm/binary-translation/strategy.ts";
import { VMM_BASE } from "../../src/vmm/deprivileged/layout.ts";
import type { Strategy } from "../../src/vmm/strategy.ts";
import { type Guest, placeGuest } from "./guest.ts";
import { isSensitive } from "./instructions.ts";
import { GUEST_BYTES } from "./layout.ts";
import { Random } from "./random.ts";
import type { Premises } from "./watch.ts";

const TICKS = 1200;

/** What translated code alone may reach: the cache through CS, to execute it, and the virtual CPU through GS. */
export const TRANSLATION_PREMISES: Premises = {
  pool: BT_POOL,
  own: {
    code: { selector: CACHE_CODE, base: CACHE_BASE, limit: CACHE_SIZE - 1 },
    data: { selector: VCPU_DATA, base: (VMM_BASE + VCPU) | 0, limit: VCPU_LIMIT },
  },
  written: new Set(
    [
      FIELDS.interruptFlag,
      FIELDS.interruptFlagBefore,
      FIELDS.target,
      FIELDS.place,
      FIELDS.spilledEax,
      FIELDS.spilledEcx,
      FIELDS.answer,
      FIELDS.verdict,
    ].map((field) => VCPU + field),
  ),
};

/** User code translated or run directly by turns; in-cache sequences mostly. */
export function optionsFor(seed: number): TranslationOptions {
  return { translateUser: seed % 2 !== 0, inline: seed % 8 > 1 };
}

/**
 * Runs a guest bare and translated in lockstep; in one of three the cache is dropped again and again, wherever the guest
 * is. Returns how it ended: where user code runs directly, it may end at an instruction that tells ("leak").
 */
export function runTranslated(seed: number, guest: Guest, ticks = TICKS): string {
  const random = new Random(seed);
  const options = optionsFor(seed);
  const setup = { memoryBytes: GUEST_BYTES, whatIf: [], place: (memory: Memory) => placeGuest(guest, memory) };
  let vmm: BinaryTranslation | null = null;
  let ring = 0;
  const strategy: Strategy = {
    ...binaryTranslation,
    build: (of) => {
      const computer = buildTranslation(of, options);
      vmm = computer.vmm;
      return computer;
    },
    explain: (finding) => {
      ring = finding.before.cpl;
      return binaryTranslation.explain(finding);
    },
  };
  const check = new EquivalenceCheck(
    buildSide(bareMetal, setup, guest.inputs),
    buildSide(strategy, setup, guest.inputs),
    null,
  );
  const drops = random.oneIn(3);
  let done = false;
  for (let left = ticks; left > 0 && !done; ) {
    const slice = drops ? Math.min(left, random.between(1, 60)) : left;
    done = check.advance(slice).done;
    left -= slice;
    if (drops && !done) (vmm as BinaryTranslation | null)!.dropCache();
  }
  check.stop();
  const { difference, exempt, leftOutcome } = check.result();
  if (!difference) return exempt.find(({ kind }) => kind !== "accessed-dirty")?.kind ?? `equivalent, ${leftOutcome}`;
  const row = difference.row === null ? null : ROWS[difference.row as keyof typeof ROWS];
  if (!options.translateUser && ring === 3 && row !== null && isSensitive(row)) return "leak";
  throw new Error(JSON.stringify({ ring, drops, options, ...difference }));
}
