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

/** The files that `main` includes, directly or not, out of `all`, `main` first. A link carries these and no others. */
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
  return needed;
}

/** The text of a file `name` after the file `from` was renamed to `to`: its %include lines follow. */
export function followRename(
  text: string,
  name: string,
  { from, to, files }: { readonly from: string; readonly to: string; readonly files: ReadonlySet<string> },
): string {
  return text.replace(INCLUDE, (line, before: string, path: string) =>
    includeCandidates(path, name).find((candidate) => files.has(candidate)) === from ? before + to : line,
  );
}
