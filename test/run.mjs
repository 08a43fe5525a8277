// `npm test`: everything, from a fresh clone. Its last line is `N passed, N failed` over all suites.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, requireNode } from "./tools/install.mjs";
import { ROOT, run } from "./tools/process.mjs";
import { provide } from "./tools/provide.mjs";

requireNode();
const began = Date.now();
const scratch = mkdtempSync(join(tmpdir(), "ringside-test-"));
const bin = (...parts) => join(ROOT, "node_modules", ...parts);
const strict = process.env.CI === "true" || process.env.CI === "1";

/** @type {{ name: string, passed: number, failed: number, skipped: number, seconds: number }[]} */
const results = [];

/** Runs one suite and keeps its numbers. */
async function suite(name, body) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  const counts = await body();
  results.push({ name, skipped: 0, ...counts, seconds: Math.round((Date.now() - start) / 1000) });
}

/** A suite that is one command: it passes or fails as a whole. */
const command = (name, ...parts) =>
  suite(name, async () => {
    for (const args of parts) {
      const result = await run(process.execPath, args);
      if (!result.ok) return { passed: 0, failed: 1 };
    }
    return { passed: 1, failed: 0 };
  });

/** One project of vitest (see vite.config.ts), counted by its tests. */
const vitest = (name, project, env) =>
  suite(name, async () => {
    const report = join(scratch, `${project}.json`);
    const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const result = await run(process.execPath, [bin("vitest", "vitest.mjs"), ...args], { env });
    return count(report, result.ok);
  });

/** Numbers out of vitest's JSON report. A file that fails outside its tests, and a run that breaks off, count as one. */
function count(report, ok) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const data = JSON.parse(readFileSync(report, "utf8"));
  const brokenFiles = data.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  let failed = data.numFailedTests + brokenFiles;
  if (!ok && failed === 0) failed = 1;
  return { passed: data.numPassedTests, failed, skipped: data.numPendingTests + data.numTodoTests };
}

await ensureInstalled();
const tools = { CHROMIUM: await provide("chromium"), NASM: await provide("nasm"), BOCHS: await provide("bochs") };
const absent = Object.values(tools).filter((path) => path === "").length;
if (strict) results.push({ name: "tools", passed: 0, failed: absent, skipped: 0, seconds: 0 });

const tsc = bin("typescript", "bin", "tsc");
await command("typecheck", [tsc, "-p", "tsconfig.json"], [tsc, "-p", "src/tsconfig.core.json"]);
await command("lint", [bin("@biomejs", "biome", "bin", "biome"), "check", "."]);
await vitest("unit", "unit", tools);
await vitest("bench", "bench", tools);
await command("build", [bin("vite", "bin", "vite.js"), "build", "--logLevel", "warn"]);
const browserTests = join(ROOT, "test", "e2e");
if (existsSync(browserTests) && readdirSync(browserTests).some((file) => file.endsWith(".e2e.ts"))) {
  if (tools.CHROMIUM !== "") {
    await vitest("e2e", "e2e", tools);
    await vitest("pace", "pace", tools);
    if (!strict)
      console.log("Skipped: each view in every theme, language and size, some minutes. `npm run looks` does it.");
  } else results.push({ name: "e2e", passed: 0, failed: 0, skipped: 1, seconds: 0 });
}
rmSync(scratch, { recursive: true, force: true });

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log("");
for (const { name, passed, failed, skipped, seconds } of results) {
  console.log(`${name.padEnd(10)} ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
}
console.log(`in ${Math.round((Date.now() - began) / 1000)} s`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
