import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { ActionId } from "../../../src/ui/actions/types.ts";
import type { PanelId } from "../../../src/ui/layout/panel-ids.ts";
import { press, stepOf } from "../browser.ts";
import type { Walk } from "./walk.ts";

/** Brings a panel to the front: by its tab, or from the menu of the panels where it is not open yet. */
export async function openPanel({ page, phone, say }: Walk, id: PanelId): Promise<void> {
  const name = say(`app.panel.${id}`);
  const tab = phone
    ? page.locator(".panel-tabs > .tab-list").getByRole("tab", { name, exact: true })
    : page.locator(`[data-panel="${id}"]`);
  if ((await tab.count()) === 0) {
    await page.getByRole("button", { name: say("app.panelMenu") }).click();
    await page.getByRole("menuitemcheckbox", { name, exact: true }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
  } else if ((await tab.getAttribute("aria-selected")) !== "true") {
    // At its name: the middle of a short tab may be what closes it.
    await tab.click({ position: { x: 12, y: 12 } });
  }
  await page.locator('[role="tab"][aria-selected="true"]', { hasText: name }).first().waitFor();
}

/** Does what an action does, by its name in the palette. */
export async function act({ page, say }: Walk, id: ActionId): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: say("time.palette.search") }).fill(say(`action.${id}.label` as never));
  await page.keyboard.press("Enter");
}

/** Where the text editor shows a line with this in it. */
export const line = (page: Page, text: string): Locator =>
  page.locator(".monaco-editor .view-line", { hasText: text }).first();

/**
 * Puts the editor's cursor on a line of a text. The editor may still be going to where the run is: the click is made again
 * until it has met.
 */
export async function cursorToLine(page: Page, whole: string, part: string): Promise<void> {
  const number = whole.split("\n").findIndex((one) => one.includes(part)) + 1;
  await expect
    .poll(async () => {
      await line(page, part).click();
      return page.locator(".monaco-editor .active-line-number").innerText();
    })
    .toBe(String(number));
}

/** Opens a picker (program, strategy, speed, ...) and chooses by name. */
export async function choose({ page }: Walk, picker: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: new RegExp(`^${picker}`) }).click();
  await page.getByRole("option", { name: option }).first().click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

/** Goes to the first step, if the run is not there. */
export async function toStart({ page }: Walk): Promise<void> {
  if ((await stepOf(page)) !== 0) await press(page, "Alt+F5");
}

/** The first trap of the run, at rest. */
export async function toTrap(walk: Walk): Promise<void> {
  await toStart(walk);
  await press(walk.page, "F8");
}

/** The digits of a text, as numbers: "第 1,204 步" has 1204. */
export const numbersIn = (text: string): readonly number[] =>
  (text.match(/[\d,]*\d/g) ?? []).map((digits) => Number(digits.replaceAll(",", "")));

/** Puts the focus nowhere, so that keys are the page's. */
export async function leaveFields({ page }: Walk): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}
