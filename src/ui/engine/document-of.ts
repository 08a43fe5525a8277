import type { OpenDocument } from "../store/state.ts";
import type { Engine } from "./engine.ts";

/** The document of a program: the reader's draft of it if there is one, else as it is in `programs/`. */
export async function documentOf(engine: Engine, programId: string): Promise<OpenDocument | null> {
  const { library } = engine;
  const program = library?.find(programId);
  const draft = engine.state.drafts[programId];
  if (library === null || (program === undefined && draft === undefined)) return null;
  const main = program?.path ?? draft?.name ?? `${programId}.asm`;
  if (draft?.binary !== undefined) {
    const bytes = engine.binaryOf(programId);
    if (bytes === null) return null;
    const nothing = { kind: "program", original: null, includes: {}, library: {}, inputs: [] } as const;
    return { ...nothing, main, text: "", binary: { ...draft.binary, bytes } };
  }
  const [original, details] = await Promise.all([
    program === undefined ? null : library.source(program.path),
    program?.hasInputs === true ? library.details(program.path) : null,
  ]);
  const text = draft?.text ?? original ?? "";
  const served = await library.includes(main, [text, ...Object.values(draft?.includes ?? {})]);
  return {
    kind: "program",
    main,
    text,
    original,
    includes: { ...served, ...draft?.includes },
    library: served,
    binary: null,
    inputs: details?.inputs ?? [],
  };
}
