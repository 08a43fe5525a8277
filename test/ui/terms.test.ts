import { expect, test } from "vitest";
import { findTerms, TERM_IDS } from "../../src/ui/components/terms/find.ts";
import { en as enTerms, zh as zhTerms } from "../../src/ui/i18n/areas/terms.ts";
import { en } from "../../src/ui/i18n/en.ts";
import { zh } from "../../src/ui/i18n/zh.ts";

test("the lesson's terms are each marked where they first stand, in both languages", () => {
  for (const [language, { lesson }] of [["en", en] as const, ["zh", zh] as const]) {
    const found = findTerms([lesson.intro, lesson.question], language);
    const terms = found.flat().flatMap(({ term }) => term ?? []);
    expect(new Set(terms).size).toBe(terms.length);
    expect(terms).toEqual(
      expect.arrayContaining(["vmm", "trapAndEmulate", "privileged", "sensitive", "silent", "interruptFlag"]),
    );
    const text = found.map((pieces) => pieces.map((piece) => piece.text).join(""));
    expect(text).toEqual([lesson.intro, lesson.question].map((one) => one.replace(/<\/?(code|strong)>/g, "")));
  }
});

test("every term has its definition in both languages", () => {
  for (const id of TERM_IDS) {
    for (const terms of [enTerms, zhTerms]) expect(terms[id].text.length).toBeGreaterThan(30);
  }
});

test("what is in code is left alone, and trap and emulate is no trap", () => {
  const [pieces] = findTerms(["<code>trap</code> by trap and emulate"], "en");
  expect(pieces!.map(({ text, tag, term }) => [text, tag, term])).toEqual([
    ["trap", "code", null],
    [" by ", null, null],
    ["trap and emulate", null, "trapAndEmulate"],
  ]);
});
