import { createReadStream } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openProgram, openSite, press, ready } from "./browser.ts";
import { longTasks } from "./tasks.ts";

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

/** A guest that fills the event log, which keeps a million, in a second or two on bare metal. */
const MILLION = `        bits 32
        org 0x100000
start:  mov ecx, 1050000
again:  out 0x80, al
        loop again
        mov al, 0
        out 0xf4, al
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

/** The editor, which is fetched after the page is there, has come. */
const editorReady = (page: Page) => page.locator(".monaco-editor .view-line", { hasText: "start:" }).waitFor();

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

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
  const page = await openProgram(site, TRAPS);
  await editorReady(page);
  const noted = await longTasks(page, async () => {
    await page.keyboard.press("F5");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.waitForTimeout(4000);
  });
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator(".where-now", { hasText: "Paused" }).waitFor();
  expect(Math.max(0, ...noted), noted.join(" ")).toBeLessThan(TASK_MS);
  expect(site.problems).toEqual([]);
});

/** A page with a run of a million events, which the tests below share. */
function millionEvents(): Promise<Page> {
  opened ??= (async () => {
    const page = await openProgram(site, MILLION, { shared: true });
    await editorReady(page);
    await page.getByRole("combobox", { name: /Trap and emulate/ }).click();
    await page.getByRole("option", { name: /Bare metal/ }).click();
    await ready(page);
    await page.keyboard.press("F5");
    await page.locator(".where-now", { hasText: "ended with code 0" }).waitFor();
    await ready(page);
    return page;
  })();
  return opened;
}
let opened: Promise<Page> | undefined;

/** Waits until the rows in sight of a list are all there; answers the numbers of the first and the last. */
async function rowsInSight(list: Locator, rows: string, from: (first: number) => boolean): Promise<[number, number]> {
  for (;;) {
    const seen = await list.evaluate((element, selector) => {
      const frame = element.getBoundingClientRect();
      const inSight = [...element.querySelectorAll<HTMLElement>(selector)].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > frame.top + 1 && top < frame.bottom - 1;
      });
      const boxes = inSight.map((row) => row.getBoundingClientRect());
      const filled = boxes.length > 0 && boxes[0]!.top <= frame.top + 60 && boxes.at(-1)!.bottom >= frame.bottom - 60;
      const whole = inSight.every((row) => row.querySelector(".waiting") === null && /\w/.test(row.innerText));
      const number = (row: HTMLElement) => Number(row.dataset.index ?? row.getAttribute("aria-rowindex"));
      return filled && whole ? ([number(inSight[0]!), number(inSight.at(-1)!)] as [number, number]) : null;
    }, rows);
    if (seen !== null && from(seen[0])) return seen;
    await list.page().waitForTimeout(20);
  }
}

async function wheel(list: Locator, turns: number, by: number): Promise<void> {
  const box = (await list.boundingBox())!;
  const page = list.page();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < turns; i++) await page.mouse.wheel(0, by);
}

test("the event log scrolls smoothly at a million rows", async () => {
  const page = await millionEvents();
  await page.locator(".events .panel-note", { hasText: "1,000,000 events" }).waitFor();
  // What did not fit into the log is said where the lanes are grey.
  await page.locator(".lanes-beyond", { hasText: "more events than are kept" }).waitFor();
  const log = page.locator(".log");
  const at = (from: (first: number) => boolean) => rowsInSight(log, "[data-index]", from);
  const noted = await longTasks(page, async () => {
    await log.focus();
    await page.keyboard.press("Home");
    await at((first) => first === 0);
    await wheel(log, 40, 250);
    // Row by row, no faster than it is turned: a row has some 40 to 80 pixels.
    const [wheeled] = await at((first) => first > 100);
    expect(wheeled).toBeLessThan(260);
    await page.keyboard.press("End");
    const [, last] = await at((first) => first > 999_000);
    expect(last).toBe(999_999);
    await wheel(log, 10, -250);
    await at((first) => first < 999_970 && first > 999_900);
    // As if the thumb were dragged.
    for (const share of [0.2, 0.45, 0.7]) {
      await log.evaluate((element, to) => {
        element.scrollTop = element.scrollHeight * to;
      }, share);
      const [first] = await at((row) => Math.abs(row / 1e6 - share) < 0.01);
      await wheel(log, 5, 100);
      await at((row) => row > first && row < first + 60);
    }
  });
  expect(Math.max(0, ...noted), noted.join(" ")).toBeLessThan(TASK_MS);
  expect(site.problems).toEqual([]);
});

test("memory scrolls smoothly at millions of rows", async () => {
  const page = await millionEvents();
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill("Show the panel Memory");
  await page.keyboard.press("Enter");
  const memory = page.getByRole("grid", { name: /^Memory from/ });
  await memory.waitFor();
  const total = Number(await memory.getAttribute("aria-rowcount"));
  expect(total).toBeGreaterThan(1_000_000);
  const at = (from: (first: number) => boolean) => rowsInSight(memory, "[role=row]", from);
  await at(() => true);
  const noted = await longTasks(page, async () => {
    for (const share of [0, 0.3, 0.6, 1]) {
      await memory.evaluate((element, to) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * to;
      }, share);
      const [first] = await at((row) => Math.abs(row / total - share) < 0.01);
      const by = share === 1 ? -1 : 1;
      await wheel(memory, 15, 200 * by);
      await at((row) => (row - first) * by > 100 && (row - first) * by < 150);
    }
    await memory.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press("PageDown");
    await at((row) => row > 0);
  });
  expect(Math.max(0, ...noted), noted.join(" ")).toBeLessThan(TASK_MS);
  expect(site.problems).toEqual([]);
});

test("a million events are exported with progress, can be cancelled, and the page answers meanwhile", async () => {
  const page = await millionEvents();
  await page.getByRole("button", { name: "Share" }).first().click();
  await page.getByRole("tab", { name: /Export|Save/ }).click();
  const csv = page.getByRole("button", { name: /CSV/ });
  const progress = page.getByRole("progressbar", { name: /Saving|Writing/ });
  const begun = async () => {
    await csv.click();
    await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0);
  };
  let file = "";
  const noted = await longTasks(page, async () => {
    await begun();
    await page.getByRole("button", { name: "Cancel" }).click();
    await progress.waitFor({ state: "detached" });
    const download = page.waitForEvent("download");
    await begun();
    file = await (await download).path();
  });
  let bytes = 0;
  let lines = 0;
  for await (const chunk of createReadStream(file)) {
    bytes += (chunk as Buffer).length;
    for (const byte of chunk as Buffer) if (byte === 10) lines++;
  }
  expect(lines).toBe(1_000_001);
  expect(bytes).toBeGreaterThan(50_000_000);
  expect(Math.max(0, ...noted), noted.join(" ")).toBeLessThan(TASK_MS);
  expect(site.problems).toEqual([]);
}, 60_000);
