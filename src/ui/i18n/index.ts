import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next } from "react-i18next";
import type { Words } from "../../isa/types.ts";
import type { Language } from "../store/state.ts";
import { useUi } from "../store/store.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "page";
    resources: { page: typeof en };
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

/** Sets the catalogues up. Resources are built in, so this ends at once. */
export function startLanguages(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    ns: ["page"],
    defaultNS: "page",
    resources: { en: { page: en }, zh: { page: zh } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

/** Picks the reader's language out of words that come with the facts. */
export function useWords(): (words: Words) => string {
  const language = useUi((state) => state.language);
  return useCallback((words) => words[language], [language]);
}
