import { createInstance, type TFunction } from "i18next";
import { en } from "../../../src/ui/i18n/en.ts";
import { zh } from "../../../src/ui/i18n/zh.ts";

type Tree = { readonly [key: string]: string | Tree };
export type Language = "en" | "zh";

const areas = import.meta.glob<{ en: Tree; zh?: Tree }>("../../../src/ui/i18n/areas/*.ts", { eager: true });
/** The Chinese of areas whose languages are apart. */
const apart = import.meta.glob<{ zh: Tree }>("../../../src/ui/i18n/areas/zh/*.ts", { eager: true });

/** The page's whole catalogue in one language. */
function catalogue(language: Language): Tree {
  const own: Record<string, Tree> = {};
  for (const [path, words] of Object.entries(areas)) {
    const name = path.slice(path.lastIndexOf("/") + 1, -".ts".length);
    own[name] = (language === "en" ? words.en : words.zh) ?? apart[path.replace("/areas/", "/areas/zh/")]!.zh;
  }
  return { ...(language === "en" ? en : zh), ...own };
}

const catalogues = createInstance();
await catalogues.init({
  lng: "en",
  fallbackLng: false,
  ns: ["page"],
  defaultNS: "page",
  resources: { en: { page: catalogue("en") }, zh: { page: catalogue("zh") } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** What the page says for a key of the catalogues, filled in. Words that speak of keys of the keyboard are not for this. */
export type Say = TFunction<"page">;

/** The words of the page in a language. */
export const sayIn = (language: Language): Say => catalogues.getFixedT(language, "page");

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Matches what the page says for a key, whatever fills the places that are not given.
 * @param whole also holds that it says nothing else
 */
export function patternOf(say: Say, key: string, given: Readonly<Record<string, string>> = {}, whole = false): RegExp {
  const template = (say as (key: string, options: object) => string)(key, { skipInterpolation: true, count: 2 });
  const parts = template.split(/\{\{([\w.]+)\}\}/);
  const source = parts.map((part, i) => (i % 2 === 0 ? escaped(part) : part in given ? escaped(given[part]!) : ".+?"));
  return new RegExp(whole ? `^${source.join("")}$` : source.join(""));
}
