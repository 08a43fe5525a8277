import { describe, expect, test } from "vitest";
import { RealMode, readVectors, type Vector } from "./sst286.ts";

const COPROCESSOR = "belongs to the coprocessor, which this processor does not have";

/** Opcode files that are not run, with the reason. */
const EXCLUDED: Readonly<Record<string, string>> = {
  "9B": COPROCESSOR,
  D8: COPROCESSOR,
};

interface Difference {
  readonly opcodes: "all" | readonly string[];
  readonly reason: string;
  readonly applies: (vector: Vector, raised: number) => boolean;
}

const isLocked = ({ bytes }: Vector): boolean => /^(?:2e|36|3e|26|f2|f3)*f0/.test(bytes);
/** Count of a rotate, cut to five bits: the immediate stands before the HLT, else it is in CL. */
const countOf = ({ op, bytes, init }: Vector): number =>
  (op.startsWith("C") ? Number.parseInt(bytes.slice(-4, -2), 16) : init.regs.cx!) & 31;

/** What later processors do otherwise. Each holds only for vectors that differ; one that no longer does is an error. */
const DIFFERENCES: readonly Difference[] = [
  {
    opcodes: "all",
    reason: "LOCK before an instruction that does not take it is #UD from the 386 on",
    applies: (vector, raised) => isLocked(vector) && raised === 6,
  },
  {
    opcodes: "all",
    reason: "an overrun of the stack segment is vector 12 from the 386 on, 13 before",
    applies: (vector, raised) => vector.exc === 13 && raised === 12,
  },
  {
    opcodes: "all",
    reason: "an instruction may have 15 bytes from the 386 on, 10 before",
    applies: (vector, raised) => vector.exc === 13 && raised === -1 && vector.bytes.length / 2 - 1 > 10,
  },
  {
    opcodes: ["6D", "6F", "A5", "A7", "AB", "AD", "AF"],
    reason: "a string instruction that faults leaves its registers as they were from the 386 on",
    applies: (vector, raised) => vector.exc === 13 && raised === 13,
  },
  {
    opcodes: ["C0.2", "C0.3", "D2.2", "D2.3"],
    reason: "a rotation through CF by whole turns leaves OF alone on later processors",
    applies: (vector) => countOf(vector) > 0 && countOf(vector) % 9 === 0,
  },
];

const vectors = readVectors();

describe.skipIf(vectors === null)(
  "instructions captured on an 80286 (skipped where ../shared/conformance is absent)",
  () => {
    const processor = new RealMode();
    const used = new Set<Difference>();
    let agreed = 0;
    let passedOver = 0;

    for (const [opcode, list] of vectors ?? []) {
      const excluded = EXCLUDED[opcode];
      if (excluded !== undefined) {
        test.skip(`${opcode}: ${excluded}`);
        continue;
      }
      test(`${opcode} (${list[0]!.name})`, () => {
        const wrong: string[] = [];
        for (const vector of list) {
          const outcome = processor.run(vector);
          if (outcome.wrong === "") {
            agreed++;
            continue;
          }
          const known = DIFFERENCES.find(
            (d) => (d.opcodes === "all" || d.opcodes.includes(opcode)) && d.applies(vector, outcome.raised),
          );
          if (known === undefined) wrong.push(`${vector.name} (${vector.bytes}): ${outcome.wrong}`);
          else {
            used.add(known);
            passedOver++;
          }
        }
        expect(wrong).toEqual([]);
      });
    }

    test("every known difference occurs, and at least 15,000 vectors agree", () => {
      expect(DIFFERENCES.filter((d) => !used.has(d)).map((d) => d.reason)).toEqual([]);
      expect(agreed).toBeGreaterThanOrEqual(15_000);
      expect(passedOver).toBeLessThanOrEqual(400);
    });
  },
);
