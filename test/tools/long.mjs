// `npm run fuzz` and `npm run conformance`: the named folder of tests with RINGSIDE_LONG=1, which they read to do more.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, requireNode } from "./install.mjs";
import { ROOT, run } from "./process.mjs";
import { provide } from "./provide.mjs";

requireNode();
const [suite = "", ...rest] = process.argv.slice(2);
if (suite === "" || !existsSync(join(ROOT, "test", suite))) {
  console.error(`There is no test/${suite}.`);
  process.exit(1);
}
await ensureInstalled();
const env = { RINGSIDE_LONG: "1", NASM: await provide("nasm") };
const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const args = [vitest, "run", "--project", "unit", `test/${suite}/`, "--testTimeout", "3600000", ...rest];
const result = await run(process.execPath, args, { env });
process.exit(result.ok ? 0 : 1);
