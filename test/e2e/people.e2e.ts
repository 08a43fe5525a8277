import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press, ready, stepOf } from "./browser.ts";
import { WORK_KEY } from "./kept.ts";
import { looksRight, sidewaysScroll } from "./looks.ts";

const site = openSite();

const tour = (page: Page) => page.getByRole("dialog", { name: /^Tour, stop/ });

test("the first visit begins with a tour that blocks nothing, takes no focus, is left by keyboard, and does not come back", async () => {
  const page = await site.open({ firstVisit: true });
  await ready(page);
  await tour(page).waitFor();
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  // The page can be used meanwhile.
  await press(page, "F11");
  expect(await tour(page).count()).toBe(1);
  // It comes first on the page.
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  for (let tabs = 0; tabs < 2 && (await focused()) !== "Next"; tabs++) await page.keyboard.press("Tab");
  expect(await focused()).toBe("Next");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Tour, stop 2 of 5" }).waitFor();
  await expect.poll(focused).toBe("Next");
  await page.keyboard.press("Escape");
  await tour(page).waitFor({ state: "detached" });
  await page.reload();
  await ready(page);
  await page.waitForTimeout(300);
  expect(await tour(page).count()).toBe(0);
  expect(site.problems).toEqual([]);
});

test("those who come for a shared moment get no tour; it is read-only beside their own work, which is one press away", async () => {
  const maker = await site.open();
  await ready(maker);
  await press(maker, "F8");
  await maker.locator('[data-action="share"]').click();
  const link = await maker.getByRole("textbox", { name: "Link" }).inputValue();

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const page = await site.open({ hash: link.slice(link.indexOf("#")), firstVisit: true, viewport });
    await page.getByText("Verified").waitFor();
    expect(await tour(page).count()).toBe(0);
    await page.getByText("Your own work: The POPF lesson").waitFor();
    await page.locator(".link-notice").getByRole("button", { name: "Edit a copy" }).waitFor();
    await looksRight(page, "a shared moment");
    await page.locator(".link-notice").getByRole("button", { name: "Back to my work" }).click();
    await page.locator(".link-notice").waitFor({ state: "detached" });
    await ready(page);
    expect(await stepOf(page)).toBe(0);
    await page.context().close();
  }
  expect(site.problems).toEqual([]);
});

test("a screen reader is told the step, who runs and why it trapped, and nothing while a guest runs flat out", async () => {
  const page = await site.open();
  await ready(page);
  const said = (text: RegExp) =>
    page.locator('.visually-hidden[role="status"][aria-live="polite"]').filter({ hasText: text });
  await press(page, "F8");
  await said(/trap to the VMM: .*: .{30,} Step \d+, VMM in ring 0/).waitFor({ state: "attached" });
  await press(page, "F5");
  await said(/The guest has ended|sleeps/).waitFor({ state: "attached" });
  expect(site.problems).toEqual([]);
});

test("a worker that dies is reported, and the source and the page go on from a new one", async () => {
  const page = await site.open({
    // The worker of the simulator gets an error thrown into it from without.
    prepare: () => {
      const Original = Worker;
      window.Worker = class extends Original {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          if (options?.name === "ringside") (window as unknown as { simulator: Worker }).simulator = this;
        }
      };
    },
  });
  await ready(page);
  await page.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.insertText("; dear to me\n");
  await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), WORK_KEY)).toContain("; dear to me");
  await ready(page);
  await page.evaluate(() =>
    (window as unknown as { simulator: Worker }).simulator.dispatchEvent(
      new ErrorEvent("error", { message: "out of memory" }),
    ),
  );
  const alert = page.locator('.page-notice[role="alert"]');
  await alert.waitFor();
  expect(await alert.innerText()).toContain("Your program is kept.");
  await looksRight(page, "after a crash");
  await page.locator(".monaco-editor .view-line", { hasText: "dear" }).first().waitFor();
  await page.getByRole("button", { name: "Start it again" }).click();
  await ready(page);
  await press(page, "F8");
  expect(await page.evaluate(() => localStorage.getItem("ringside.work.v1"))).toContain("; dear to me");
});

test("at 400 % (320 x 256) nothing scrolls sideways, and a guest can be chosen, stepped and looked at", async () => {
  for (const locale of ["en-US", "zh-CN"]) {
    const page = await site.open({ viewport: { width: 320, height: 256 }, locale });
    await ready(page);
    await press(page, "F8");
    await looksRight(page, `400 % ${locale}`);
    for (const action of ["run", "stepInto", "stepBack", "nextTrap", "share", "help"]) {
      const button = page.locator(`[data-action="${action}"]`).first();
      await button.scrollIntoViewIfNeeded();
      const box = (await button.boundingBox())!;
      expect(box.x >= 0 && box.x + box.width <= 320 && box.y >= 0 && box.y + box.height <= 256, action).toBe(true);
    }
    for (const tab of await page.locator(".panel-tabs > .tab-list > .tab").all()) {
      await tab.click();
      expect(await sidewaysScroll(page), await tab.innerText()).toBeLessThanOrEqual(0);
      const body = page.locator(".panel-tabs > .tab-content[data-state='active']");
      expect((await body.boundingBox())!.height, await tab.innerText()).toBeGreaterThan(100);
    }
    await page.context().close();
  }
  expect(site.problems).toEqual([]);
});
