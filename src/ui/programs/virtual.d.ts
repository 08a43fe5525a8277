/** What the picker shows; made of the programs' headers when the page is built (`vite.config.ts`). */
declare module "virtual:program-index" {
  const index: readonly Omit<import("./library.ts").LibraryProgram, "id">[];
  export default index;
}

/** The rest of the headers, by the programs' paths. */
declare module "virtual:program-details" {
  const details: Readonly<Record<string, import("./library.ts").ProgramDetails>>;
  export default details;
}
