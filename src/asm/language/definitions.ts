import type { NameIndex } from "./names.ts";
import type { Name, Position, Range } from "./types.ts";

/** The name that stands at a position, or null. */
export function nameAt(index: NameIndex, { file, line, column }: Position): Name | null {
  const occurrence = index.at(file, line, column);
  return occurrence === null ? null : index.name(occurrence.key);
}

/** Where what stands at a position is defined: a name's definitions, or the beginning of an included file. */
export function definitionsAt(index: NameIndex, position: Position): readonly Range[] {
  const name = nameAt(index, position);
  if (name !== null)
    return name.definitions.map(({ file, line, column, endColumn }) => ({ file, line, column, endColumn }));
  const included = index.includedAt(position.file, position.line);
  return included === null ? [] : [{ file: included, line: 1, column: 1, endColumn: 1 }];
}

/** A place where a name stands, with its line to show. */
export interface Reference extends Range {
  readonly text: string;
  readonly defines: boolean;
}

/** Every place where the name at a position stands, in the order of the files and lines. */
export function referencesAt(index: NameIndex, position: Position): readonly Reference[] {
  const name = nameAt(index, position);
  return name === null ? [] : placesOf(index, name);
}

/** Every place where a name stands. */
export function placesOf(index: NameIndex, name: Name): readonly Reference[] {
  const order = [...index.texts.keys()];
  const textOf = ({ file, line }: Range): string => index.texts.get(file)?.lines[line - 1]?.text.trim() ?? "";
  const places = [
    ...name.definitions.map((place) => ({ ...place, defines: true })),
    ...name.references.map((place) => ({ ...place, defines: false })),
  ];
  return places
    .map(({ file, line, column, endColumn, defines }) => ({
      file,
      line,
      column,
      endColumn,
      defines,
      text: textOf({ file, line, column, endColumn }),
    }))
    .sort((a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line || a.column - b.column);
}
