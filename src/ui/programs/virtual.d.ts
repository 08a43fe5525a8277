/** Made of the programs' headers when the page is built (`vite.config.ts`). */
declare module "virtual:program-index" {
  const index: readonly Omit<import("./library.ts").LibraryProgram, "id">[];
  export default index;
}
