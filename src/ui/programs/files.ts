import index from "virtual:program-index";
import { makeLibrary } from "./library.ts";

const root = "../../../programs/";
// Each text is a chunk of its own: only what is opened is fetched.
const sources = import.meta.glob<string>("../../../programs/**/*.asm", { query: "?raw", import: "default" });

export const library = makeLibrary(index, {
  source: async (path) => (await sources[root + path]?.()) ?? "",
  includes: async () => (await import("./includes.ts")).includes,
});
