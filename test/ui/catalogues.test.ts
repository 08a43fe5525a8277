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

const areas = import.meta.glob<{ en: Tree; zh?: Tree }>("../../src/ui/i18n/areas/*.ts", { eager: true });
/** The Chinese of areas whose languages are apart. */
const apart = import.meta.glob<{ zh: Tree }>("../../src/ui/i18n/areas/zh/*.ts", { eager: true });
const catalogues: [string, { en: Tree; zh: Tree }][] = [
  ["the page", { en, zh }],
  ...Object.entries(areas).map(([path, words]): [string, { en: Tree; zh: Tree }] => [
    path,
    { en: words.en, zh: words.zh ?? apart[path.replace("/areas/", "/areas/zh/")]!.zh },
  ]),
];

test.each(catalogues)("%s: both languages have the same keys, none of them empty but where both are", (_, words) => {
  expect(leaves(words.zh).map(([key]) => key)).toEqual(leaves(words.en).map(([key]) => key));
  const empty = (tree: Tree) => leaves(tree).flatMap(([key, text]) => (text === "" ? [key] : []));
  expect(empty(words.zh)).toEqual(empty(words.en));
});

test.each(catalogues)("%s: the same places are filled in both languages", (_, words) => {
  const chinese = new Map(leaves(words.zh));
  for (const [key, text] of leaves(words.en)) expect(holes(chinese.get(key)!), key).toEqual(holes(text));
});

test("every action has a label and a line of help, and no label is left without its action", () => {
  const own = actions.map((action) => action.id).filter((id) => !id.startsWith("panel-"));
  expect(Object.keys(en.action).sort()).toEqual(own.sort());
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
