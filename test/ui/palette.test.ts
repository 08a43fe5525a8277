import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync("src/ui/styles/tokens.css", "utf8");

/** The colours of a theme, linear RGB by name. */
function theme(selector: string): ReadonlyMap<string, Linear> {
  const start = css.indexOf("{", css.indexOf(selector));
  const block = css.slice(start, css.indexOf("\n}", start));
  return new Map([...block.matchAll(/--([\w-]+):\s*#([0-9a-f]{6})\b/g)].map((m) => [m[1]!, linear(m[2]!)]));
}

type Linear = readonly [number, number, number];

function linear(hex: string): Linear {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(0), part(2), part(4)];
}

/** Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB. */
const VISION = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

function seen([r, g, b]: Linear, matrix: readonly number[]): Linear {
  const row = (i: number) => Math.min(1, Math.max(0, matrix[i]! * r + matrix[i + 1]! * g + matrix[i + 2]! * b));
  return [row(0), row(3), row(6)];
}

/** CIE L*a*b* (D65). */
function lab([r, g, b]: Linear): Linear {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976 difference: some 2 can just be told apart side by side; 10 at a glance. */
function difference(a: Linear, b: Linear): number {
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function contrast(a: Linear, b: Linear): number {
  const light = ([r, g, l]: Linear) => 0.2126 * r + 0.7152 * g + 0.0722 * l + 0.05;
  const [x, y] = [light(a), light(b)];
  return Math.max(x, y) / Math.min(x, y);
}

const PEOPLE = ["vmm", "kernel", "user"] as const;
const PAIRS = [
  ["vmm", "kernel"],
  ["vmm", "user"],
  ["kernel", "user"],
] as const;

describe.each([
  ["light", ':root[data-theme="light"]'],
  ["dark", ':root[data-theme="dark"]'],
])("in the %s theme", (_, selector) => {
  const colours = theme(selector);
  const of = (name: string): Linear => {
    const found = colours.get(name);
    if (found === undefined) throw new Error(`no --${name}`);
    return found;
  };

  test.each(Object.entries(VISION))("who sits in a ring is told apart at a glance, with %s", (_vision, matrix) => {
    for (const [a, b] of PAIRS) {
      expect(difference(seen(of(a), matrix), seen(of(b), matrix)), `${a} and ${b}`).toBeGreaterThan(10);
    }
  });

  test("each is read on its own ground, on a panel and on sunken ground (4.5:1)", () => {
    for (const name of PEOPLE) {
      for (const ground of [`${name}-soft`, "panel", "sunken"]) {
        expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThan(4.5);
      }
    }
    for (const name of ["danger", "warn", "good"]) {
      expect(contrast(of(name), of(`${name}-soft`)), name).toBeGreaterThan(4.5);
    }
  });

  test.each(Object.entries(VISION))("danger and good are told apart, with %s", (_vision, matrix) => {
    expect(difference(seen(of("danger"), matrix), seen(of("good"), matrix))).toBeGreaterThan(10);
  });
});

test("colour is not the only sign: each who has a letter and a shape of their own", () => {
  const controls = readFileSync("src/ui/styles/controls.css", "utf8");
  const shape = (who: string) => {
    const at = controls.indexOf(`.who.who-${who}`);
    return at < 0 ? "default" : controls.slice(at, controls.indexOf("}", at)).replace(/^[\s\S]*\{/, "");
  };
  expect(new Set(["vmm", "guest-kernel", "guest-user"].map(shape)).size).toBe(3);
});
