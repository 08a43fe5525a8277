import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press, ready } from "./browser.ts";
import { WORK_KEY } from "./kept.ts";
import { cutOff, looksRight, sidewaysScroll } from "./looks.ts";

const site = openSite();

/** Sizes, each in one language: all others are seen to by the sentences. */
const SIZES = { desk: [1440, 900, "zh-CN"], laptop: [1024, 768, "en-US"], phone: [390, 844, "en-US"] } as const;

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

test.each(Object.entries(SIZES))(
  "on a %s no view scrolls sideways and nothing is cut off; on a phone axe finds nothing in any panel",
  async (name, size) => {
    const [width, height, locale] = size;
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
    expect(site.problems).toEqual([]);
  },
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
  await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), WORK_KEY)).toContain('"language":"zh"');
  await page.reload();
  await page.locator('html[data-theme="dark"][lang="zh-Hans"]').waitFor();
});
