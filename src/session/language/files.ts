import type { SourceFiles } from "../../asm/language/types.ts";
import { includeCandidates } from "../program.ts";

/** Files of a program, with includes found as the assembler finds them. */
export function sourceFiles(main: string, files: Readonly<Record<string, string>>): SourceFiles {
  return {
    main,
    files,
    find: (path, from) => includeCandidates(path, from).find((candidate) => Object.hasOwn(files, candidate)) ?? null,
  };
}
