// Running other programs, with nothing but Node: these scripts work before `npm ci` has.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root directory. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a program and shows its output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, seconds?: number, quiet?: boolean }} [options] `seconds` bounds
 *   the run (the program and its children are ended); `quiet` keeps the output back, to be shown when the program fails.
 * @returns {Promise<{ ok: boolean, reason: string }>} `reason` says in words why it is not ok.
 */
export function run(command, args, options = {}) {
  const { env = {}, seconds = 0, quiet = false } = options;
  const ownGroup = process.platform !== "win32" && seconds > 0;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      detached: ownGroup,
    });
    let output = "";
    let late = false;
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const timer =
      seconds > 0
        ? setTimeout(() => {
            late = true;
            if (ownGroup && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
            else child.kill("SIGKILL");
          }, seconds * 1000)
        : undefined;
    const end = (ok, reason) => {
      clearTimeout(timer);
      if (!ok && quiet && output !== "") process.stdout.write(`${output.trimEnd()}\n`);
      resolve({ ok, reason });
    };
    child.on("error", (error) => end(false, error.message));
    child.on("close", (code, signal) => {
      if (late) end(false, `not done within ${seconds} s`);
      else end(code === 0, code === 0 ? "" : `${command} ended with ${signal ?? `code ${code}`}`);
    });
  });
}

/**
 * Whether a program starts and ends with code 0.
 * @param {string} command
 * @param {string[]} args
 */
export function works(command, args) {
  const result = spawnSync(command, args, { stdio: "ignore", timeout: 30_000 });
  return result.status === 0;
}
