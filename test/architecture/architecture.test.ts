import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ambientUses, badImports, CORE, layerOf, strategyDecisions } from "./rules.ts";
import { parseText, type Source, sourcesBelow } from "./source.ts";

const sources = sourcesBelow("src");
const strategies = [
  "bare-metal",
  ...(existsSync("src/vmm") ? readdirSync("src/vmm", { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name),
];

/** The rule finds nothing in the tree; what it says when it does is the message of the failure. */
function check(files: Source[], rule: (source: Source) => string[]): void {
  expect(files.flatMap(rule).join("\n")).toBe("");
}

const inCore = sources.filter((source) => CORE.includes(layerOf(source.path)));

describe("architecture", () => {
  it("imports point one way", () =>
    check(
      sources.filter(({ path }) => layerOf(path) !== ""),
      badImports,
    ));
  it("the core depends on nothing but its inputs", () => check(inCore, ambientUses));
  it("only src/vmm decides by strategy", () =>
    check(
      sources.filter((source) => layerOf(source.path) !== "vmm"),
      (source) => strategyDecisions(source, strategies),
    ));
});

/** The rule, on one made-up file, complains exactly when `bad`. */
function checkRule(rule: (source: Source) => string[], path: string, text: string, bad: boolean): void {
  expect(rule(parseText(path, text)).length > 0, text).toBe(bad);
}

describe("the rules themselves", () => {
  it("see every form of import", () => {
    for (const text of [
      'import { a } from "../devices/a.ts";',
      'import "../devices/a.ts";',
      'import type { A } from "../devices/a.ts";',
      'export { a } from "../devices/a.ts";',
      'export * from "../devices/a.ts";',
      'export type { A } from "../devices/a.ts";',
      'const a = await import("../devices/a.ts");',
      'let a: import("../devices/a.ts").A;',
      'const a = new URL("../devices/a.ts", import.meta.url);',
      'import fs from "node:fs";',
      'import { z } from "zustand";',
    ])
      checkRule(badImports, "src/cpu/x.ts", text, true);
    checkRule(badImports, "src/cpu/x.ts", 'import { a } from "../isa/a.ts"; import { b } from "./b.ts";', false);
    checkRule(badImports, "src/cpu/body/x.ts", 'import { b } from "../b.ts"; // import "../devices/a.ts"', false);
  });

  it("hold the directions between layers", () => {
    checkRule(badImports, "src/machine/x.ts", 'import type { A } from "../vmm/a.ts";', true);
    checkRule(badImports, "src/asm/x.ts", 'import { decode } from "../cpu/decode.ts";', false);
    checkRule(badImports, "src/asm/x.ts", 'import { Cpu } from "../cpu/cpu.ts";', true);
    checkRule(badImports, "src/ui/x.tsx", 'import { Session } from "../session/session.ts";', true);
    checkRule(badImports, "src/ui/x.tsx", 'import type { View } from "../session/types.ts";', false);
    checkRule(badImports, "src/share/x.ts", 'import { a } from "../session/a.ts";', true);
    checkRule(badImports, "src/share/x.ts", 'import { deflateSync } from "fflate";', false);
  });

  it("tell the surroundings from members of the same name", () => {
    checkRule(ambientUses, "src/cpu/x.ts", "const t = Date.now();", true);
    checkRule(ambientUses, "src/cpu/x.ts", "const t = Math.random();", true);
    checkRule(ambientUses, "src/cpu/x.ts", "setTimeout(f, 1);", true);
    checkRule(ambientUses, "src/cpu/x.ts", "const t = row.process + Math.imul(1, 2);", false);
    checkRule(ambientUses, "src/cpu/x.ts", "function f(document: string) { return document; }", false);
  });

  it("tell a decision by strategy from a comparison of data", () => {
    const rule = (source: Source) => strategyDecisions(source, strategies);
    checkRule(rule, "src/ui/x.ts", 'if (strategy === "vtx") f();', true);
    checkRule(rule, "src/ui/x.ts", 'if (kind !== "bare-metal") f();', true);
    checkRule(rule, "src/ui/x.ts", "switch (run.strategy) { default: f(); }", true);
    checkRule(rule, "src/ui/x.ts", "const selected = strategy === option.id;", false);
  });
});
