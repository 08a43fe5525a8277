import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { parseProgramHeader } from "./src/session/program-header.ts";

/**
 * Gives the page the headers of the programs, so that the picker need not fetch their texts: what the picker shows as
 * `virtual:program-index`, the rest as `virtual:program-details`.
 */
function programIndex(): Plugin {
  const index = "\0virtual:program-index";
  const details = "\0virtual:program-details";
  return {
    name: "program-index",
    resolveId: (source) => [index, details].find((id) => id === `\0${source}`) ?? null,
    load(loaded) {
      if (loaded !== index && loaded !== details) return null;
      const paths = readdirSync("programs", { recursive: true, encoding: "utf8" }).filter((path) =>
        path.endsWith(".asm"),
      );
      const headers = paths.map((path) => {
        this.addWatchFile(resolve("programs", path));
        const { title, summary, topic, order, inputs, isCompanion } = parseProgramHeader(
          readFileSync(`programs/${path}`, "utf8"),
        ).program;
        const at = path.replaceAll("\\", "/");
        return {
          entry: {
            ...{ path: at, title, topic, order },
            ...(inputs.length > 0 ? { hasInputs: true } : {}),
            ...(isCompanion ? { isCompanion } : {}),
          },
          detail: [at, { summary, inputs }] as const,
        };
      });
      const data =
        loaded === index ? headers.map(({ entry }) => entry) : Object.fromEntries(headers.map(({ detail }) => detail));
      return `export default ${JSON.stringify(data)}`;
    },
  };
}

/** Files of `public/` that the page needs without a network; the others (pictures for the README) are not kept. */
const PUBLIC_FILES = ["icon.svg", "icon-192.png", "manifest.webmanifest", "manifest.zh.webmanifest", "licences.txt"];

/** Builds the service worker, and tells it which files make up this version of the page. */
function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: resolve("src/ui/offline/sw.ts"), fileName: "sw.js" });
    },
    writeBundle({ dir }, bundle) {
      const made = Object.keys(bundle).filter((name) => name !== "sw.js" && !name.endsWith(".map"));
      const files = [...made, ...PUBLIC_FILES].sort();
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(readFileSync(resolve(dir ?? "dist", file)));
      const path = resolve(dir ?? "dist", "sw.js");
      const list = JSON.stringify(JSON.stringify(files)).slice(1, -1);
      const worker = readFileSync(path, "utf8")
        .replace("__OFFLINE_FILES__", list)
        .replace("__OFFLINE_VERSION__", hash.digest("hex").slice(0, 16));
      writeFileSync(path, worker);
    },
  };
}

const PACE = ["test/e2e/pace.e2e.ts"];
/** How fast time travel is: measured alone, when nothing else runs. */
const BENCH = ["test/bench/**/*.test.ts"];

export default defineConfig({
  base: "./",
  plugins: [react(), programIndex(), offline()],
  worker: { format: "es" },
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/e2e/**", ...BENCH],
          // Of its own accord Vitest leaves a core free: of two, half.
          maxWorkers: "100%",
        },
      },
      {
        extends: true,
        test: { name: "bench", include: BENCH, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      // Drives the built page (dist) with Chromium: `npm test` builds first.
      // Most of a browser test is waiting, so that three go side by side; how fast the page is can only be measured alone.
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.e2e.ts"],
          exclude: PACE,
          maxWorkers: process.env.CI === "true" ? 1 : 3,
          // A browser on a busy machine may be late once or twice; what fails three times is wrong.
          retry: 2,
        },
      },
      { extends: true, test: { name: "pace", include: PACE, fileParallelism: false, retry: 1 } },
    ],
  },
});
