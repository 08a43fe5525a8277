import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { parseProgramHeader } from "./src/session/program-header.ts";

/** Gives the page the headers of the programs, so that the picker need not fetch their texts. */
function programIndex(): Plugin {
  const id = "virtual:program-index";
  return {
    name: "program-index",
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(loaded) {
      if (loaded !== `\0${id}`) return null;
      const paths = readdirSync("programs", { recursive: true, encoding: "utf8" }).filter((path) =>
        path.endsWith(".asm"),
      );
      const index = paths.map((path) => {
        this.addWatchFile(resolve("programs", path));
        const { title, summary, topic, order, inputs } = parseProgramHeader(
          readFileSync(`programs/${path}`, "utf8"),
        ).program;
        return { path: path.replaceAll("\\", "/"), title, summary, topic, order, inputs };
      });
      return `export default ${JSON.stringify(index)}`;
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [react(), programIndex()],
  worker: { format: "es" },
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts", "test/**/*.test.tsx"], exclude: ["test/e2e/**"] },
      },
      // Drives the built page (dist) with Chromium: `npm test` builds first.
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.e2e.ts"], fileParallelism: false } },
    ],
  },
});
