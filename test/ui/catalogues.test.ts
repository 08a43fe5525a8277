import { expect, test } from "vitest";
import { actions } from "../../src/ui/actions/index.ts";
import { en } from "../../src/ui/i18n/en.ts";
import { detectLanguage } from "../../src/ui/i18n/index.ts";
import { zh } from "../../src/ui/i18n/zh.ts";

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

/** What a text is filled with and marked up by, in an order that does not depend on the language. */
const holes = (text: string): string[] => [...text.matchAll(/\{\{\w+\}\}|<\/?\w+>/g)].map(String).sort();

test("both catalogues have the same keys, none of them empty but where both are", () => {
  expect(leaves(zh).map(([key]) => key)).toEqual(leaves(en).map(([key]) => key));
  const empty = (tree: Tree) => leaves(tree).flatMap(([key, text]) => (text === "" ? [key] : []));
  expect(empty(zh)).toEqual(empty(en));
});

test("the same places are filled in both languages", () => {
  const chinese = new Map(leaves(zh));
  for (const [key, text] of leaves(en)) expect(holes(chinese.get(key)!), key).toEqual(holes(text));
});

test("every action has a label and a line of help, and no label is left without its action", () => {
  expect(Object.keys(en.action).sort()).toEqual(actions.map((action) => action.id).sort());
});

test.each([
  [["zh-CN", "en"], "zh"],
  [["zh-Hant-TW"], "zh"],
  [["de-CH", "en-GB", "zh"], "en"],
  [["fr"], "en"],
  [[], "en"],
] as const)("a browser that asks for %j is served in %s", (languages, expected) => {
  expect(detectLanguage(languages)).toBe(expected);
});
