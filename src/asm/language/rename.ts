import type { Words } from "../../isa/types.ts";
import { isBuiltin } from "../preprocessor/builtins.ts";
import { placesOf } from "./definitions.ts";
import { isReserved } from "./keywords.ts";
import type { NameIndex } from "./names.ts";
import { isIdentifier } from "./text.ts";
import type { Name, Position, Range, Refusal, TextEdit } from "./types.ts";

/** What can be renamed at a position. */
export type Renameable =
  | {
      readonly ok: true;
      readonly name: Name;
      readonly range: Range /** As it is to be typed: `.loop`, `%%next`. */;
      readonly written: string;
    }
  | Refusal;

export type Renaming = { readonly ok: true; readonly edits: readonly TextEdit[] } | Refusal;

const refuse = (en: string, zh: string): Refusal => ({ ok: false, reason: { en, zh } });

/** The part of a name that is typed: a local label without the label it belongs to. */
function writtenOf({ name, kind }: Name): string {
  if (kind !== "label" && kind !== "constant") return name;
  const dot = name.indexOf(".", 1);
  return dot > 0 && !name.startsWith("..") ? name.slice(dot) : name;
}

/**
 * What stands at a position, if it can be renamed.
 * @param own names of the files that may be changed
 */
export function renameableAt(index: NameIndex, position: Position, own: ReadonlySet<string>): Renameable {
  const occurrence = index.at(position.file, position.line, position.column);
  const name = occurrence === null ? null : index.name(occurrence.key);
  if (occurrence === null || name === null) {
    return refuse("There is no name of the program here.", "这里没有程序中的名称。");
  }
  if (name.definitions.length === 0) {
    return refuse(
      `\`${name.name}\` is defined nowhere in the program's text.`,
      `程序文本中没有定义 \`${name.name}\`。`,
    );
  }
  const foreign = placesOf(index, name).find(({ file }) => !own.has(file));
  if (foreign !== undefined) {
    return refuse(
      `\`${name.name}\` stands in ${foreign.file} too, which is not the program's own.`,
      `\`${name.name}\` 也出现在 ${foreign.file} 中，而它不属于本程序。`,
    );
  }
  return { ok: true, name, range: occurrence.range, written: writtenOf(name) };
}

/** Why a name may not be called so, or null. */
export function badName(index: NameIndex, name: Name, wanted: string): Words | null {
  const written = writtenOf(name);
  const prefix = /^(?:%%|%\$+|\.(?!\.))/.exec(written)?.[0] ?? "";
  const say = (en: string, zh: string): Words => ({ en, zh });
  if (wanted === "") return say("Type a name.", "请输入名称。");
  if (!wanted.startsWith(prefix)) {
    const what = prefix === "." ? "A local label" : "This label";
    const zh = prefix === "." ? "局部标号" : "此标号";
    return say(`${what} begins with \`${prefix}\`.`, `${zh}以 \`${prefix}\` 开头。`);
  }
  const bare = wanted.slice(prefix.length);
  if (prefix === "" && bare.startsWith(".")) {
    return say("Only a local label begins with a dot.", "只有局部标号以点开头。");
  }
  if (!isIdentifier(prefix === "." ? wanted : bare) || bare === "" || bare.startsWith("$")) {
    return say(
      `\`${wanted}\` is no name: letters, digits and _ . ? @ # ~ $ may stand in one, and no digit first.`,
      `\`${wanted}\` 不能作名称：可用字母、数字和 _ . ? @ # ~ $，且不能以数字开头。`,
    );
  }
  if (prefix === "" && (isReserved(wanted) || isBuiltin(wanted))) {
    return say(`\`${wanted}\` is a word of the assembler.`, `\`${wanted}\` 是汇编器的保留字。`);
  }
  const taken = clash(index, name, wanted, written);
  if (taken !== null) {
    const { file, line } = taken;
    return say(`\`${wanted}\` is already defined at ${file}:${line}.`, `\`${wanted}\` 已在 ${file}:${line} 定义。`);
  }
  return null;
}

/** Where something else has the wanted name already, or null. */
function clash(index: NameIndex, name: Name, wanted: string, written: string): Range | null {
  const keys: string[] = [];
  if (name.kind === "macro-label" || name.kind === "context-label") keys.push(name.key.replace(/\S+$/, wanted));
  else {
    const full = name.name.slice(0, name.name.length - written.length) + wanted;
    keys.push(`label ${full}`, `define ${wanted}`, `macro ${wanted}`);
  }
  const macro = index.macroNamed(wanted);
  if (macro !== null && wanted[0] !== ".") keys.push(`macro ${macro.name}`);
  for (const key of keys) {
    const other = key === name.key ? null : index.name(key);
    if (other !== null && other.definitions.length > 0) return other.definitions[0]!;
  }
  return null;
}

/** The edits that give the name at a position another one, everywhere; or why not. */
export function renameAt(index: NameIndex, position: Position, wanted: string, own: ReadonlySet<string>): Renaming {
  const found = renameableAt(index, position, own);
  if (!found.ok) return found;
  const { name, written } = found;
  if (wanted === written) return { ok: true, edits: [] };
  const reason = badName(index, name, wanted);
  if (reason !== null) return { ok: false, reason };
  const edits = placesOf(index, name).map(({ file, line, column, endColumn }): TextEdit => {
    const there = index.texts.get(file)!.lines[line - 1]!.text.slice(column - 1, endColumn - 1);
    // `start.loop` in full: only its last part changes.
    const from = there.endsWith(written) ? endColumn - written.length : column;
    return { file, line, column: from, endColumn, text: wanted };
  });
  return withChildren(index, name, wanted, own, edits);
}

/** A label's local labels may be written in full elsewhere: `start.loop` follows when `start` changes. */
function withChildren(
  index: NameIndex,
  name: Name,
  wanted: string,
  own: ReadonlySet<string>,
  edits: TextEdit[],
): Renaming {
  if ((name.kind !== "label" && name.kind !== "structure") || name.name.includes(".", 1)) return { ok: true, edits };
  for (const child of index.names()) {
    if (!child.key.startsWith(`${name.key}.`)) continue;
    for (const { file, line, column, endColumn } of placesOf(index, child)) {
      const there = index.texts.get(file)!.lines[line - 1]!.text.slice(column - 1, endColumn - 1);
      if (!there.startsWith(`${name.name}.`)) continue;
      if (!own.has(file)) {
        return refuse(
          `\`${there}\` stands in ${file}, which is not the program's own.`,
          `\`${there}\` 出现在 ${file} 中，而它不属于本程序。`,
        );
      }
      edits.push({ file, line, column, endColumn: column + name.name.length, text: wanted });
    }
  }
  return { ok: true, edits };
}
