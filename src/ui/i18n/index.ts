import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next } from "react-i18next";
import type { Words } from "../../isa/types.ts";
import type { Language } from "../store/state.ts";
import { useUi } from "../store/store.ts";
import type { Areas } from "./areas.ts";
import { en } from "./en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "page";
    resources: { page: typeof en & Areas };
    enableSelector: false;
  }
}

/** The language to begin with: the reader's browser's, where we have it. */
export function detectLanguage(languages: readonly string[]): Language {
  for (const tag of languages) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

/** Sets the catalogues up: English is built in, another language comes before the page is first drawn. */
export async function startLanguages(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    ns: ["page"],
    defaultNS: "page",
    resources: { en: { page: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  await chooseLanguage(language);
}

/** Changes the page's language, fetching its words if they are not there yet. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (language === "zh" && !chinese) {
    chinese = true;
    const [{ zh }] = await Promise.all([import("./zh.ts"), ...fetched.map((fetch) => fetch())]);
    // Areas may have come before: theirs stay.
    i18next.addResourceBundle("zh", "page", zh, true, false);
  }
  if (i18next.language !== language) await i18next.changeLanguage(language);
}
let chinese = false;
/** What gets the Chinese words of areas that were added while nobody read them. */
const fetched: (() => Promise<void>)[] = [];

/**
 * Adds the words of one area of the page (see i18n/areas.ts). Called by the module that first shows them, so that words
 * are loaded with what they belong to.
 */
export function addWords<K extends keyof Areas>(
  area: K,
  words: { readonly en: Areas[K]; readonly zh: Areas[K] },
): void {
  for (const language of ["en", "zh"] as const) {
    i18next.addResourceBundle(language, "page", { [area]: words[language] }, true, true);
  }
}

/** As `addWords`, for an area whose Chinese words are fetched only when they are read; then they are there on return. */
export async function addFetchedWords<K extends keyof Areas>(
  area: K,
  en: Areas[K],
  chineseWords: () => Promise<{ readonly zh: Areas[K] }>,
): Promise<void> {
  i18next.addResourceBundle("en", "page", { [area]: en }, true, true);
  const fetch = async (): Promise<void> => {
    const { zh } = await chineseWords();
    i18next.addResourceBundle("zh", "page", { [area]: zh }, true, true);
  };
  if (chinese) await fetch();
  else fetched.push(fetch);
}

/** Picks the reader's language out of words that come with the facts. */
export function useWords(): (words: Words) => string {
  const language = useUi((state) => state.language);
  return useCallback((words) => words[language], [language]);
}
