import { disassembleBytes } from "../../src/asm/disassemble.ts";
import { type Guest, layBlock, makeGuest } from "./guest.ts";
import type { Manner } from "./instructions.ts";
import { blockAt } from "./layout.ts";

/** FUZZ_RUNS: guests in all; FUZZ_SEED: this one alone. */
const { FUZZ_RUNS, FUZZ_SEED, RINGSIDE_LONG } = process.env;
/** Time for a long campaign, and for a short one on a busy machine. */
export const FUZZ_TIMEOUT = RINGSIDE_LONG || FUZZ_RUNS ? 24 * 3_600_000 : 900_000;

/** One of several files that share a number of guests, so that they run side by side. */
export interface Part {
  readonly part: number;
  readonly parts: number;
}

/** Guests in all, under `npm test` and under `npm run fuzz`. */
export interface Amount {
  readonly usual: number;
  readonly long: number;
}

/** Seeds of a part. */
export function seeds({ usual, long }: Amount, { part, parts }: Part): number[] {
  if (FUZZ_SEED) return part === 0 ? [Number(FUZZ_SEED)] : [];
  const runs = FUZZ_RUNS ? Number(FUZZ_RUNS) : RINGSIDE_LONG ? long : usual;
  return Array.from({ length: Math.ceil((runs - part) / parts) }, (_, i) => 1 + part + i * parts);
}

/** The seed, what went wrong, and the smallest guest found with which it still does, as source. */
export function failureText(
  seed: number,
  { name, manner }: { readonly name: string; readonly manner: Manner },
  error: unknown,
  goesWrong: (guest: Guest) => boolean,
): string {
  const guest = shrink(makeGuest(seed, manner), goesWrong);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `seed ${seed} (${name}); again, alone: FUZZ_SEED=${seed} npx vitest run test/fuzz/${name}\n${text}\n${listing(guest)}`;
}

/** Takes out blocks, then pieces, as long as it still goes wrong. */
export function shrink(guest: Guest, goesWrong: (guest: Guest) => boolean): Guest {
  let best = guest;
  for (let block = 0; block < guest.blocks.length; block++) {
    const without = replaceBlock(best, block, []);
    if (best.blocks[block]!.length > 0 && goesWrong(without)) best = without;
  }
  for (let block = 0; block < guest.blocks.length; block++) {
    for (let piece = best.blocks[block]!.length - 1; piece >= 0; piece--) {
      const without = replaceBlock(
        best,
        block,
        best.blocks[block]!.filter((_, i) => i !== piece),
      );
      if (goesWrong(without)) best = without;
    }
  }
  return best;
}

function replaceBlock(guest: Guest, block: number, pieces: Guest["blocks"][number]): Guest {
  return { ...guest, blocks: guest.blocks.map((old, i) => (i === block ? pieces : old)) };
}

function listing(guest: Guest): string {
  const lines: string[] = [];
  guest.blocks.forEach((pieces, i) => {
    if (pieces.length === 0) return;
    const bytes = Uint8Array.from(layBlock(i, pieces));
    for (let at = 0; at < bytes.length; ) {
      const line = disassembleBytes(bytes, at, blockAt(i) + at, 32);
      lines.push(`${(blockAt(i) + at).toString(16)}  ${line.text}`);
      at += Math.max(1, line.length);
    }
  });
  return lines.join("\n");
}
