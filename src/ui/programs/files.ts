import index from "virtual:program-index";
import { makeLibrary, type ProgramDetails } from "./library.ts";

const root = "../../../programs/";
// Each text is a chunk of its own: only what is opened is fetched.
const sources = import.meta.glob<string>("../../../programs/**/*.asm", { query: "?raw", import: "default" });

const NO_DETAILS: ProgramDetails = { summary: { en: "", zh: "" }, inputs: [] };

export const library = makeLibrary(index, {
  details: async (path) => (await import("virtual:program-details")).default[path] ?? NO_DETAILS,
  source: async (path) => (await sources[root + path]?.()) ?? "",
  includes: async () => (await import("./includes.ts")).includes,
  portIncludes: async () => (await import("./port-includes.ts")).portIncludes,
});
