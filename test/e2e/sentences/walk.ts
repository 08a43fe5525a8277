import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSite, ready, type Site } from "../browser.ts";
import { keptWork } from "../kept.ts";
import { cutOff, everyLook, looksRight } from "../looks.ts";
import { type Language, patternOf, type Say, sayIn } from "./words.ts";

/** One way in which the page can look. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  readonly language: Language;
}

/** The page while the sentences are walked over in one look. */
export interface Walk {
  readonly page: Page;
  readonly site: Site;
  readonly look: Look;
  /** One panel at a time, each behind a tab. */
  readonly phone: boolean;
  /** The page's words in the look's language. */
  readonly say: Say;
  /** Matches the page's words for a key, whatever fills the places that are not given. */
  told(key: string, given?: Readonly<Record<string, string>>): RegExp;
  /** Holds that a view looks right, once in a look: axe, nothing cut off, no sideways scroll. */
  looks(view: string): Promise<void>;
}

/** A sentence of what the workbench promises, shortly, and what shows that it holds. */
export interface Sentence {
  readonly says: string;
  act(walk: Walk): Promise<void>;
}

/** Sentences that belong together. */
export interface Paragraph {
  readonly name: string;
  /** Opens the page as its sentences want it: before the first, and again after one that did not hold. */
  begin(walk: Walk): Promise<void>;
  readonly sentences: readonly Sentence[];
}

const SIZES = { desk: [1440, 900], laptop: [1024, 768], phone: [390, 844] } as const;
export type Size = keyof typeof SIZES;

/** How long anything may take on a busy machine, in milliseconds. */
const PATIENCE = 20_000;

/** Walks over paragraphs in every look of a size; only under CI and by `npm run looks`, for it takes many minutes. */
export function walkOver(size: Size, paragraphs: readonly Paragraph[]): void {
  const site = openSite();
  const [width, height] = SIZES[size];
  const looks = (["light", "dark"] as const).flatMap((theme) =>
    (["en", "zh"] as const).map((language): Look => ({ width, height, theme, language })),
  );
  if (!everyLook) {
    test.skip(`${width} x ${height}: under CI and by npm run looks`, () => {});
    return;
  }
  for (const look of looks) {
    describe(`${width} x ${height}, ${look.theme}, ${look.language}`, () => {
      let page: Page;
      const seen = new Set<string>();
      beforeAll(async () => {
        page = await site.open({
          viewport: { width, height },
          colorScheme: look.theme,
          locale: look.language === "en" ? "en-US" : "zh-CN",
          acceptDownloads: true,
          firstVisit: true,
          shared: true,
        });
        page.setDefaultTimeout(PATIENCE);
      });
      afterAll(() => page.context().close());
      test.each(paragraphs.map((paragraph) => [paragraph.name, paragraph] as const))(
        "%s",
        async (_, paragraph) => {
          const say = sayIn(look.language);
          const walk: Walk = {
            page,
            site,
            look,
            phone: size === "phone",
            say,
            told: (key, given) => patternOf(say, key, given),
            async looks(view) {
              if (seen.has(view)) return;
              await looksRight(page, view);
              expect((await cutOff(page)).join("\n"), `${view}: cut off`).toBe("");
              seen.add(view);
            },
          };
          expect(await failuresOf(paragraph, walk)).toEqual([]);
          expect(site.problems.splice(0)).toEqual([]);
        },
        240_000,
      );
    });
  }
}

/** Every sentence of a paragraph that does not hold, with why: one does not hide the others. */
async function failuresOf(paragraph: Paragraph, walk: Walk): Promise<readonly string[]> {
  const failures: string[] = [];
  await paragraph.begin(walk);
  for (const { says, act } of paragraph.sentences) {
    try {
      await act(walk);
    } catch (error) {
      failures.push(`${says}: ${error instanceof Error ? error.message : error}`);
      if (process.env.SHOTS) await walk.page.screenshot({ path: `${process.env.SHOTS}/${paragraph.name}-${says}.png` });
      await paragraph.begin(walk);
    }
  }
  return failures;
}

/** What a page begins with: a program of the reader's own, or the lesson. */
export interface Beginning {
  readonly text?: string;
  readonly lesson?: boolean;
  readonly tour?: boolean;
}

/**
 * Opens the page anew with nothing kept but what is given.
 * @param loads waits until the program is loaded, which one with errors never is
 */
export async function beginWith(
  walk: Walk,
  { text, lesson = false, tour = false }: Beginning,
  loads = true,
): Promise<void> {
  const { page, site } = walk;
  // A page of the same origin that keeps nothing of its own while its storage is set.
  await page.goto(`${site.url}icon.svg`);
  await page.evaluate(
    ([kept, seen]) => {
      sessionStorage.clear();
      localStorage.clear();
      if (seen) localStorage.setItem("ringside.tour.v1", "seen");
      localStorage.setItem("ringside.work.v1", kept);
    },
    [keptWork({ text, lesson }), !tour] as const,
  );
  await page.goto(site.url);
  if (loads) await ready(page);
}
