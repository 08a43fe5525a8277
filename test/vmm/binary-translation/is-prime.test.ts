import { expect, it } from "vitest";
import { CACHE, MAP, MAP_BEGINS } from "../../../src/vmm/binary-translation/layout.ts";
import { program } from "./guests.ts";

it("translates isPrime(49) into the paper's four units, with the continuations that it leaves over", () => {
  const { machine, vmm, label } = program("is-prime.asm");
  machine.run(1_000_000);
  expect(machine.outcome).toBe("exited");

  const first = label("is_prime");
  const last = label("is_prime.not_prime");
  const units = vmm.cache.all.filter(({ eip }) => eip >= first && eip <= last);
  const inc = units[2]!.eip;
  expect(units.map(({ eip }) => eip)).toEqual([first, label("is_prime.nexti"), inc, last]);
  expect(units.every(({ valid }) => valid)).toBe(true);
  expect(units.map(({ instructions }) => instructions.map(({ treatment }) => treatment))).toEqual([
    ["identical", "identical", "identical", "chained"],
    ["identical", "identical", "identical", "identical", "chained"],
    ["identical", "identical", "chained"],
    ["identical", "indirect"],
  ]);

  const prime = label("is_prime.prime");
  const ways = units.map(({ successors }) => successors.map(({ target, state }) => [target, state]));
  expect(ways).toEqual([
    // jge prime, or on into the next unit, which follows at once
    [
      [prime, "open"],
      [units[1]!.eip, "elided"],
    ],
    // jz notPrime, chained when the stub had run once; or on
    [
      [last, "chained"],
      [inc, "elided"],
    ],
    // jl nexti, whose unit was there; or "return 1"
    [
      [units[1]!.eip, "chained"],
      [prime, "open"],
    ],
    [],
  ]);
  expect(vmm.cache.all.some(({ eip }) => eip === prime)).toBe(false);
  // Six continuations: two left over, two that fell away, two that lead straight on; of these only one by way of a stub.
  const all = units.flatMap(({ successors }) => successors);
  const count = (state: string) => all.filter((successor) => successor.state === state).length;
  expect([count("open"), count("elided"), count("chained")]).toEqual([2, 2, 2]);
  expect(all.filter(({ state, stub }) => state === "chained" && stub < 0).map(({ target }) => target)).toEqual([
    units[1]!.eip,
  ]);
});

it("puts the units of isPrime one after the other, so that the loop falls through", () => {
  const { machine, vmm, label } = program("is-prime.asm");
  machine.run(1_000_000);
  const first = vmm.cache.all.findIndex(({ eip }) => eip === label("is_prime"));
  const [entry, next, inc, notPrime] = vmm.cache.all.slice(first, first + 4);
  expect(next!.start).toBe(entry!.end);
  expect(inc!.start).toBe(next!.end);
  expect(notPrime!.start).toBe(inc!.end);
  // What is identical is so byte for byte: the first three instructions of the entry.
  const source = entry!.bytes.subarray(0, entry!.instructions[3]!.from);
  const { memory } = machine;
  const code = Uint8Array.from(source, (_, i) => memory.read8(CACHE + entry!.start + i));
  expect(code).toEqual(source);
  expect(memory.read8(MAP + entry!.start) & MAP_BEGINS).not.toBe(0);
});
