/** Where an included file may lie, the first that exists being the one: as `session/program.ts` looks for it. */
export function includeCandidates(path: string, from: string): string[] {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  return [folder + path, path, `lib/${path}`].map(normalise).filter((candidate) => candidate !== null);
}

/** Removes `.` and `..`; null if the path leaves the folder. */
function normalise(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || part === "") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

const INCLUDE = /^([ \t]*%include[ \t]+["'<])([^"'>\n]+)/gim;

/** A line of a header that names the program of a domain beside: `; domain 0: xen/driver-domain.asm`. */
const COMPANION = /^(; domain \d: )(.+)$/;
const HEADER = /^; [a-z][a-z0-9 -]*: /;

/** The lines of a text's header: the comments at its top that state a key. */
function headerOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !HEADER.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/**
 * The files that `main` includes, directly or not, and those of the programs that run beside it, out of `all`, `main`
 * first. A link carries these and no others.
 */
export function neededFiles(main: string, all: Readonly<Record<string, string>>): Record<string, string> {
  const needed: Record<string, string> = {};
  const visit = (path: string): void => {
    const text = all[path];
    if (text === undefined || path in needed) return;
    needed[path] = text;
    for (const match of text.matchAll(INCLUDE)) {
      const found = includeCandidates(match[2]!, path).find((candidate) => Object.hasOwn(all, candidate));
      if (found !== undefined) visit(found);
    }
  };
  visit(main);
  for (const line of headerOf(all[main] ?? "")) {
    const path = COMPANION.exec(line)?.[2]?.trim();
    const found = path && includeCandidates(path, main).find((candidate) => Object.hasOwn(all, candidate));
    if (found) visit(found);
  }
  return needed;
}

/** Whether a text names a file that is not among `files`, to be included or to run beside it. */
export function namesOther(name: string, text: string, files: Readonly<Record<string, string>>): boolean {
  const isThere = (path: string) => includeCandidates(path, name).some((candidate) => Object.hasOwn(files, candidate));
  const beside = headerOf(text).flatMap((line) => COMPANION.exec(line)?.[2]?.trim() ?? []);
  return [...beside, ...Array.from(text.matchAll(INCLUDE), (match) => match[2]!)].some((path) => !isThere(path));
}

/** Where the files that a text includes may lie. */
export function includedBy(name: string, text: string): string[] {
  return Array.from(text.matchAll(INCLUDE), (match) => includeCandidates(match[2]!, name)).flat();
}

/** The text of a file `name` after the file `from` was renamed to `to`: the lines that name it follow. */
export function followRename(
  text: string,
  name: string,
  { from, to, files }: { readonly from: string; readonly to: string; readonly files: ReadonlySet<string> },
): string {
  const renamed = (line: string, before: string, path: string): string =>
    includeCandidates(path, name).find((candidate) => files.has(candidate)) === from ? before + to : line;
  const header = headerOf(text).length;
  return text
    .split("\n")
    .map((line, i) => (i < header ? line.replace(COMPANION, renamed) : line))
    .join("\n")
    .replace(INCLUDE, renamed);
}
