import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  plugins: [react()],
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
