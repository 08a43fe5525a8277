import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openProgram, openSite, press, ready, stepOf } from "./browser.ts";
import { looksRight } from "./looks.ts";

const site = openSite();
const PROGRAM = `
start:  mov ecx, 12
.loop:  rdtsc
        loop .loop
        mov al, 3
        out 0xf4, al
`;

/** The program under VT-x, beyond its start. */
async function opened(options: Parameters<typeof openProgram>[2] = {}): Promise<Page> {
  const page = await openProgram(site, PROGRAM, options);
  page.setDefaultTimeout(10_000);
  await page.locator(".strategy-picker").click();
  await page.getByRole("option", { name: /^VT-x/ }).click();
  await ready(page);
  return page;
}

test("an option is switched from here on by the keyboard, shows in exits, and is undone like an edit", async () => {
  const page = await opened();
  const menu = page.getByRole("button", { name: /^Machine/ });
  await menu.click();
  await page.getByRole("switch", { name: "RDTSC exits" }).waitFor();
  // At the start there is but one moment to choose.
  expect(await page.getByRole("radio", { name: "From here on" }).count()).toBe(0);
  await page.keyboard.press("Escape");
  for (let i = 0; i < 8; i++) await press(page, "F10");
  const step = await stepOf(page);
  await menu.click();
  await page.getByRole("radio", { name: "From the start" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByText("going back takes it back").waitFor();
  const exits = page.getByRole("switch", { name: "RDTSC exits" });
  await exits.focus();
  await page.keyboard.press("Space");
  await page.locator(".options-banner").getByText("RDTSC exits.").waitFor();
  await page.getByRole("switch", { name: "RDTSC exits", checked: true }).waitFor();
  await looksRight(page, "turns");
  await page.keyboard.press("Escape");
  await ready(page);
  expect(await stepOf(page)).toBe(step);

  const told = page.locator(".log li", { hasText: "input: exit-rdtsc on" });
  await told.getByText(/You switched "RDTSC exits" on from here on/).waitFor();
  await press(page, "F5");
  await page
    .locator(".log li", { hasText: /VM exit.*RDTSC/ })
    .first()
    .waitFor();

  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action" }).fill("Show the panel Memory");
  await page.keyboard.press("Enter");
  await page.locator('[data-action="edits"]').click();
  await page.getByText("RDTSC exits := on").waitFor();
  await page.getByRole("button", { name: "Undo RDTSC exits" }).click();
  await page.locator(".options-banner").waitFor({ state: "detached" });
  expect(await stepOf(page)).toBe(step);
  await press(page, "F5");
  expect(await page.locator(".log li", { hasText: /VM exit.*RDTSC/ }).count()).toBe(0);
});

test("looks right in the dark, in Chinese, on a phone", async () => {
  const page = await opened({ viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "zh-CN" });
  for (let i = 0; i < 8; i++) await press(page, "F10");
  await page.locator("button", { has: page.locator(".machine-label") }).click();
  await page.getByRole("radio", { name: "从此处起" }).check();
  await page.getByRole("switch", { name: "单步" }).click();
  await page.getByRole("switch", { name: "单步", checked: true }).waitFor();
  await looksRight(page, "turns zh 390");
});
