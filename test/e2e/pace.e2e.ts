import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press, ready, typeProgram } from "./browser.ts";

const site = openSite();

/** From a key to the new step on the screen, in milliseconds. */
const STEP_MS = 50;
/** The longest that the page may be deaf while a guest runs flat out, in milliseconds. */
const TASK_MS = 100;

/** A guest that does little but trap, for ever. */
const TRAPS = `        bits 32
        org 0x100000
start:  cli
        sti
        jmp start
`;

/** Milliseconds from a key press to the frame after the step has changed, measured in the page. */
async function stepTime(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const shown = document.querySelector('[data-testid="step"]')!;
    const watch = window as unknown as { taken: Promise<number> };
    watch.taken = new Promise((resolve) => {
      let began = 0;
      window.addEventListener("keydown", () => (began = performance.now()), { capture: true, once: true });
      new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - began));
      }).observe(shown, { childList: true, characterData: true, subtree: true });
    });
  });
  await page.keyboard.press(key);
  const taken = await page.evaluate(() => (window as unknown as { taken: Promise<number> }).taken);
  await ready(page);
  return taken;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Begins to note every task that keeps the page from answering. */
async function noteLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: number[] = [];
    (window as unknown as { longTasks: number[] }).longTasks = noted;
    new PerformanceObserver((list) => noted.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: "longtask",
    });
  });
}

const longTasks = (page: Page): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);

test("a step, forwards or back, is on the screen within 50 ms", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  const taken: number[] = [];
  for (const key of ["F11", "F11", "F11", "Control+F11", "F11", "Control+F11", "F11", "F11", "F11"]) {
    taken.push(await stepTime(page, key));
  }
  expect(median(taken), taken.map(Math.round).join(" ")).toBeLessThan(STEP_MS);
  expect(site.problems).toEqual([]);
});

test("no task is over 100 ms while a guest that traps all the time runs flat out", async () => {
  const page = await site.open();
  await typeProgram(page, TRAPS);
  await noteLongTasks(page);
  await page.keyboard.press("F5");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.waitForTimeout(4000);
  const noted = await longTasks(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator(".where-now", { hasText: "Paused" }).waitFor();
  expect(Math.max(0, ...noted), noted.map(Math.round).join(" ")).toBeLessThan(TASK_MS);
  expect(site.problems).toEqual([]);
});
