// Where the tools are that tests compare with or drive: Chromium, NASM, Bochs.
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The first of `names` that is an executable file on PATH (or at that place, for an absolute name), or "".
 * @param {string[]} names
 */
export function findExecutable(names) {
  const ends = process.platform === "win32" ? [".exe", ""] : [""];
  for (const name of names) {
    const places = /[/\\]/.test(name) ? [""] : (process.env.PATH ?? "").split(delimiter).filter(Boolean);
    for (const place of places) {
      for (const end of ends) {
        const path = join(place, name + end);
        if (isExecutable(path)) return path;
      }
    }
  }
  return "";
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const CHROMIUM_NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Bochs with its BIOS: without it the binary is of no use. */
const BOCHS_BIOS = ["/usr/share/bochs/BIOS-bochs-latest", "/usr/local/share/bochs/BIOS-bochs-latest"];

/**
 * A tool's path, or "". What an environment variable of the tool's name in capitals says goes first; the empty string
 * there means that the tool is to be taken as absent.
 * @param {"chromium" | "nasm" | "bochs"} tool
 * @returns {string}
 */
export function findTool(tool) {
  const given = process.env[tool.toUpperCase()];
  if (given !== undefined) return given === "" ? "" : findExecutable([given]);
  if (tool === "chromium") return findExecutable(CHROMIUM_NAMES);
  if (tool === "nasm") return findExecutable(["nasm"]);
  return BOCHS_BIOS.some((path) => existsSync(path)) ? findExecutable(["bochs-bin"]) : "";
}
