// `npm run looks`: the browser tests with every theme, language and size that they look at (as under CI).
import { join } from "node:path";
import { ensureInstalled, requireNode } from "./install.mjs";
import { ROOT, run } from "./process.mjs";
import { provide } from "./provide.mjs";

requireNode();
await ensureInstalled();
const env = { LOOKS: "1", CHROMIUM: await provide("chromium") };
const bin = (...parts) => join(ROOT, "node_modules", ...parts);
const built = await run(process.execPath, [bin("vite", "bin", "vite.js"), "build", "--logLevel", "warn"]);
const args = [bin("vitest", "vitest.mjs"), "run", "--project", "e2e", ...process.argv.slice(2)];
const ok = built.ok && (await run(process.execPath, args, { env })).ok;
process.exit(ok ? 0 : 1);
