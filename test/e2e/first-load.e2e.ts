import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openSite, ready } from "./browser.ts";

const site = openSite();

/** Bytes, gzipped, that the page may fetch before it can be used: the editor and the simulator come beside it. */
const BUDGET = 250_000;

test("what the page fetches before the editor and the simulator is under 250 kB gzipped", async () => {
  const page = await site.open();
  await ready(page);
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  // `setup` is the editor; `worker` the simulator, in a thread of its own.
  const names = fetched
    .map((name) => new URL(name).pathname)
    .filter((name) => !/\/(setup|worker|editor\.worker|codicon)-/.test(name));
  const files = new Set(["/index.html", ...names]);
  const bytes = [...files].reduce(
    (total, name) => total + gzipSync(readFileSync(`${process.env.DIST ?? "dist"}${name}`)).length,
    0,
  );
  expect(files.size).toBeGreaterThan(4);
  expect(bytes).toBeLessThan(BUDGET);
  expect(site.problems).toEqual([]);
});
