import { STRATEGIES } from "../vmm/registry.ts";

/** What strategies define when they have a program assembled: each set once. */
const BUILDS: readonly (readonly string[])[] = [
  ...new Map(STRATEGIES.map(({ defines = [] }) => [defines.join(), defines])).values(),
];

/**
 * The sets of macros with which a program is assembled under one strategy or another. Where none of its files has the name
 * of a macro in it, that makes no difference and is left out.
 */
export function buildsOf(files: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const mentioned = (define: string) => Object.values(files).some((text) => text.includes(define.split("=")[0]!));
  return BUILDS.filter((defines) => defines.length === 0 || defines.some(mentioned));
}
