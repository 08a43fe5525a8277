// `npm ci`, when what is installed is not what package-lock.json says.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./process.mjs";

const OLDEST = [20, 19];

/** Ends the process with a plain message when Node is too old for the project. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(`Ringside needs Node ${OLDEST.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/**
 * Why the installed packages differ from the lock file, in words; "" when they do not.
 * @param {string} root
 */
export function outdated(root) {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return "dependencies are not installed";
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || entry.link) continue;
    const version = present[path]?.version;
    if (version === entry.version) continue;
    // Optional packages of other platforms are in the lock file only.
    if (version === undefined && (entry.optional || entry.devOptional || entry.peer)) continue;
    return `${path.replace(/^.*node_modules\//, "")} is ${version ?? "missing"}, ${entry.version} is wanted`;
  }
  return "";
}

/** Brings node_modules up to date; ends the process when that fails. */
export async function ensureInstalled() {
  const reason = outdated(ROOT);
  if (reason === "") return;
  console.log(`Installing packages (${reason}) ...`);
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = npm?.endsWith("js")
    ? await run(process.execPath, [npm, ...args])
    : await run(process.platform === "win32" ? "npm.cmd" : "npm", args);
  if (result.ok) return;
  console.error(`npm ci failed: ${result.reason}`);
  process.exit(1);
}
