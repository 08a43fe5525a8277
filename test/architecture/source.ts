import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { parseSync } from "vite";

/** One import of a source file, in any of the forms that the language has. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Repository-relative path for a relative specifier (query removed), else null. */
  readonly path: string | null;
  /** Nothing of it is left when the types are erased. */
  readonly typeOnly: boolean;
}

/** A node of the syntax tree, as far as these tests look into it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** A source file: its place, its text and its syntax tree. */
export interface Source {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly root: SyntaxNode;
}

/** All TypeScript files below a folder of the repository. */
export function sourcesBelow(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => parse(join(entry.parentPath, entry.name).split(sep).join("/")))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parse(path: string): Source {
  return parseText(path, readFileSync(path, "utf8"));
}

/** A source from its text, for the tests of the tests. */
export function parseText(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  return { path, text, root: program as unknown as SyntaxNode };
}

/** Calls `visit` for every node below `node`, parents first. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | null, key: string) => void,
): void {
  const go = (current: SyntaxNode, parent: SyntaxNode | null, key: string): void => {
    visit(current, parent, key);
    for (const [name, value] of Object.entries(current)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) go(child, current, name);
    }
  };
  go(node, null, "");
}

/** Whether a property of a syntax node is itself a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** Line number of an offset, from 1. */
export function lineOf(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}

/** The text of a string constant node, or null. */
export function stringOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TSLiteralType") return stringOf(node.literal);
  return null;
}

/** Every import of a file: declarations, re-exports, `import()`, `import("...").Type` and `new URL(..., import.meta.url)`. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: string | null, typeOnly: boolean): void => {
    if (specifier === null) return;
    const bare = specifier.replace(/\?.*$/, "");
    const path = bare.startsWith(".")
      ? normalize(join(dirname(source.path), bare))
          .split(sep)
          .join("/")
      : null;
    found.push({ specifier, path, typeOnly });
  };
  walk(source.root, (node) => {
    switch (node.type) {
      case "ImportDeclaration":
        return add(stringOf(node.source), node.importKind === "type");
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        return add(stringOf(node.source), node.exportKind === "type");
      case "ImportExpression":
        return add(stringOf(node.source), false);
      case "TSImportType":
        return add(stringOf(node.source ?? node.argument), true);
      case "NewExpression": {
        const [first, second] = node.arguments as SyntaxNode[];
        const callee = node.callee as SyntaxNode;
        if (callee.name === "URL" && second !== undefined && /import\.meta/.test(textOf(source, second)))
          add(stringOf(first), false);
      }
    }
  });
  return found;
}

function textOf(source: Source, node: SyntaxNode): string {
  return source.text.slice(node.start, node.end as number);
}
