import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

/** Whether views are looked at in every theme, language and size. */
export const everyLook = process.env.CI === "true" || process.env.CI === "1" || process.env.LOOKS === "1";

/**
 * A test that looks at the same views in several themes, languages and sizes. These take minutes: they run under CI and by
 * `npm run looks`; `npm test` has one look at each view in the tests of what it does.
 */
export const looks = test.skipIf(!everyLook);

/** What axe finds on the page, in a form that a failing test can print. */
export async function violations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const results = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as axe.AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200) ?? ""}`),
  );
}

/** How many CSS pixels the page is wider than its window. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** What is wider than its place in panels that should never need it: registers, seats of the rings, the log. */
export async function cutOff(page: Page): Promise<readonly string[]> {
  return page
    .locator(".registers-body, .registers td, .stage-body, .seat, .log")
    .evaluateAll((found) =>
      found
        .filter((element) => element.scrollWidth > element.clientWidth)
        .map((element) => `${element.className}: ${element.textContent?.slice(0, 60)}`),
    );
}

/** Waits until what opens or moves shortly has come to rest: colours half-way would fail by contrast. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
    const moving = (): Animation[] =>
      document.getAnimations().filter(({ playState, effect }) => {
        // What goes on for ever, as a cursor that blinks, never rests.
        return playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime);
      });
    await frame();
    await frame();
    // While a guest runs, bars and shares move all the time: what has just been opened has moved by then.
    for (let round = 0, found = moving(); found.length > 0 && round < 3; found = moving(), round++) {
      await Promise.all(found.map(({ finished }) => finished.catch(() => {})));
      await frame();
    }
  });
}

/**
 * Holds that a view looks right: axe finds nothing in it and the page does not scroll sideways.
 * @param name the view's name, for the message of a failing test
 */
export async function looksRight(page: Page, name: string): Promise<void> {
  await settled(page);
  expect(await sidewaysScroll(page), `${name}: sideways scroll`).toBeLessThanOrEqual(0);
  expect((await violations(page)).join("\n"), `${name}: axe`).toBe("");
}
