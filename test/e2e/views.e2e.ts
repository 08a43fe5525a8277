import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openSite, press, ready } from "./browser.ts";
import { cutOff, looks, looksRight, sidewaysScroll } from "./looks.ts";

const site = openSite();

const THEMES = ["light", "dark"] as const;
const LANGUAGES = { en: "en-US", zh: "zh-CN" } as const;
const SIZES = { desk: [1440, 900], laptop: [1024, 768], phone: [390, 844] } as const;

/** The views of the page, each reached from the one before. */
const VIEWS: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ["the first visit", ready],
  [
    "a trap",
    async (page) => {
      await press(page, "F8");
      await press(page, "F8");
    },
  ],
  [
    "the end of a run",
    async (page) => {
      await press(page, "F5");
    },
  ],
  [
    "the keys",
    async (page) => {
      await page.keyboard.press("Shift+F1");
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "all actions",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("F1");
      await page.getByRole("listbox").waitFor();
    },
  ],
  [
    "a link",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.locator('[data-action="share"]').click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "a difference",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+F9");
      await page.locator(".verdict.unequal").waitFor();
    },
  ],
  [
    "an equivalence",
    async (page) => {
      await page.getByRole("switch").click();
      await page.locator(".verdict.equal").waitFor();
    },
  ],
];

/** Eight views, each looked at from all sides. */
const LONG = 180_000;

describe.each(THEMES)("in the %s theme", (colorScheme) => {
  looks.each(Object.entries(LANGUAGES))(
    "axe finds nothing on any view, in %s",
    async (_, locale) => {
      const page = await site.open({ colorScheme, locale });
      for (const [name, reach] of VIEWS) {
        await reach(page);
        await looksRight(page, name);
      }
      expect(site.problems).toEqual([]);
    },
    LONG,
  );
});

test.each(Object.entries(SIZES))(
  "on a %s no view scrolls sideways, nothing is cut off, and axe finds nothing",
  async (name, size) => {
    const [width, height] = size;
    for (const locale of Object.values(LANGUAGES)) {
      const page = await site.open({ viewport: { width, height }, locale });
      for (const [view, reach] of VIEWS) {
        await reach(page);
        expect(await sidewaysScroll(page), view).toBeLessThanOrEqual(0);
        expect(await cutOff(page), view).toEqual([]);
      }
      await page.getByRole("button", { name: /Back to the workbench|回到工作台/ }).click();
      if (name === "phone") {
        for (const tab of await page.locator(".panel-tabs > .tab-list > .tab").all()) {
          await tab.click();
          await looksRight(page, await tab.innerText());
          expect(await cutOff(page), await tab.innerText()).toEqual([]);
        }
      }
      await page.context().close();
    }
    expect(site.problems).toEqual([]);
  },
  LONG,
);

test.each(Object.entries(SIZES))(
  "on a %s the log shows where the run stands, and draws no more rows than fit",
  async (_, size) => {
    const page = await site.open({ viewport: { width: size[0], height: size[1] } });
    await ready(page);
    await press(page, "F5");
    const tab = page.getByRole("tab", { name: "Events" });
    if (await tab.isVisible()) await tab.click();
    await press(page, "Shift+F8");
    await page.locator('button.event[aria-current="step"]').waitFor();
    expect(await page.locator("button.event").count()).toBeLessThan(60);
  },
);

test("the theme and the language can be chosen, and the choice is kept", async () => {
  const page = await site.open({ colorScheme: "light" });
  await ready(page);
  await page.locator('[data-action="theme"]').click();
  await page.locator('[data-action="theme"]').click();
  await page.locator('html[data-theme="dark"]').waitFor();
  await page.locator('[data-action="language"]').click();
  await page.getByRole("tab", { name: "寄存器" }).waitFor();
  await page.waitForTimeout(400);
  await page.reload();
  await page.locator('html[data-theme="dark"][lang="zh-Hans"]').waitFor();
});
