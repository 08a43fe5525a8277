// Installing the tools that are not there: Playwright's download for Chromium, else the system's package manager.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findExecutable, findTool } from "./find.mjs";
import { ROOT, run, works } from "./process.mjs";

const DOWNLOAD_SECONDS = 60;
const PACKAGE_SECONDS = 240;

/** Packages by tool and package manager; the first set that installs and gives the tool is taken. */
const PACKAGES = {
  chromium: { "apt-get": [["chromium"], ["chromium-browser"]], dnf: [["chromium"]], brew: [["--cask", "chromium"]] },
  nasm: { "apt-get": [["nasm"]], dnf: [["nasm"]], brew: [["nasm"]] },
  bochs: { "apt-get": [["bochs", "bochs-term", "bochsbios", "vgabios"]], dnf: [], brew: [] },
};

/** What each tool is for, as said when it is missing. */
const PURPOSE = {
  chromium: "the browser tests",
  nasm: "the comparison of the assembler with NASM",
  bochs: "the comparison of the processor with a live Bochs",
};

/**
 * A command line prefix that may install packages, or the reason why there is none.
 * @returns {{ prefix: string[], name: "apt-get" | "dnf" | "brew" } | { reason: string }}
 */
function packageManager() {
  const name = /** @type {const} */ (["apt-get", "dnf", "brew"]).find((each) => findExecutable([each]) !== "");
  if (name === undefined) return { reason: "no apt-get, dnf or brew on this system" };
  if (name === "brew" || process.getuid?.() === 0) return { prefix: [], name };
  if (findExecutable(["sudo"]) !== "" && works("sudo", ["-n", "true"])) return { prefix: ["sudo", "-n"], name };
  return { reason: `${name} needs root, and neither this user nor sudo without a password is` };
}

let listsAreFresh = false;

/**
 * @param {keyof typeof PACKAGES} tool
 * @returns {Promise<string>} "" when the tool is there now, else why not.
 */
async function installPackage(tool) {
  const manager = packageManager();
  if ("reason" in manager) return manager.reason;
  const sets = PACKAGES[tool][manager.name];
  if (sets.length === 0) return `no ${manager.name} package is known`;
  const env = { DEBIAN_FRONTEND: "noninteractive", HOMEBREW_NO_AUTO_UPDATE: "1" };
  const call = (args) => {
    const [command, ...rest] = [...manager.prefix, manager.name, ...args];
    return run(/** @type {string} */ (command), rest, { env, seconds: PACKAGE_SECONDS, quiet: true });
  };
  if (manager.name === "apt-get" && !listsAreFresh) {
    listsAreFresh = true;
    await call(["update", "-q"]);
  }
  let reason = "";
  for (const set of sets) {
    console.log(`Installing ${set.join(" ")} with ${manager.name} ...`);
    const options =
      manager.name === "apt-get" ? ["-y", "-q", "--no-install-recommends"] : manager.name === "dnf" ? ["-y"] : [];
    const result = await call(["install", ...options, ...set]);
    if (result.ok && findTool(tool) !== "") return "";
    reason = result.ok ? "installed, but not found afterwards" : result.reason;
  }
  return reason;
}

/** Playwright's own Chromium if it has been downloaded, else "". */
async function downloadedChromium() {
  const { chromium } = await import("playwright-core");
  const path = chromium.executablePath();
  return path !== "" && existsSync(path) && works(path, ["--version"]) ? path : "";
}

/** @returns {Promise<{ path: string, reason: string }>} */
async function downloadChromium() {
  const earlier = await downloadedChromium();
  if (earlier !== "") return { path: earlier, reason: "" };
  console.log(`Downloading Chromium with Playwright (at most ${DOWNLOAD_SECONDS} s) ...`);
  const program = join(ROOT, "node_modules", "playwright-core", "cli.js");
  const result = await run(process.execPath, [program, "install", "chromium"], {
    seconds: DOWNLOAD_SECONDS,
    quiet: true,
  });
  const path = result.ok ? await downloadedChromium() : "";
  return { path, reason: result.ok ? "the download does not start" : `Playwright's download: ${result.reason}` };
}

/**
 * Finds a tool or installs it, and says in a line what came of it.
 * @param {keyof typeof PACKAGES} tool
 * @returns {Promise<string>} its path, or "" when it cannot be had.
 */
export async function provide(tool) {
  let path = findTool(tool);
  const reasons = [];
  if (process.env[tool.toUpperCase()] !== undefined) {
    if (path === "") reasons.push(`${tool.toUpperCase()} in the environment names no program`);
  } else {
    if (path === "" && tool === "chromium") {
      const download = await downloadChromium();
      path = download.path;
      if (path === "") reasons.push(download.reason);
    }
    if (path === "") {
      const reason = await installPackage(tool);
      path = findTool(tool);
      if (path === "") reasons.push(reason);
    }
  }
  if (path !== "") console.log(`${tool}: ${path}`);
  else console.log(`${tool}: not found (${reasons.join("; ")}); skipped: ${PURPOSE[tool]}`);
  return path;
}
