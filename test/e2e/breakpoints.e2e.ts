import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openProgram, openSite, ready, stepOf } from "./browser.ts";

const PROGRAM = `BITS 32
ORG 0x100000
start:  mov ecx, 5
again:  inc dword [counter]
        dec ecx
        jnz again
        mov al, 0x41
        out 0xE9, al
        popfd
        mov al, 0
        out 0xF4, al
counter: dd 0
`;

/** A line of the editor by what is in it. */
const line = (page: Page, text: string) => page.locator(".monaco-editor .view-line", { hasText: text }).first();

async function action(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill(name);
  await page.keyboard.press("Enter");
}

async function openPanel(page: Page, name: string): Promise<void> {
  await action(page, `Show the panel ${name}`);
  await page.getByRole("region", { name, exact: true }).waitFor();
}

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Runs and answers what the page says of why it stopped. */
async function run(page: Page, key = "F5"): Promise<string> {
  const before = await page.getByTestId("step").innerText();
  await page.keyboard.press(key);
  await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
  await ready(page);
  return page.getByTestId("outcome").innerText();
}

async function addBreakpoint(page: Page, kind: RegExp): Promise<void> {
  await panel(page, "Breakpoints").getByRole("button", { name: "Add a breakpoint" }).click();
  await page.getByRole("menuitem", { name: kind }).click();
}

async function removeAll(page: Page): Promise<void> {
  await panel(page, "Breakpoints").getByRole("button", { name: "All breakpoints" }).click();
  await page.getByRole("menuitem", { name: "Remove all" }).click();
  expect(await page.locator(".bp-row").count()).toBe(0);
}

const site = openSite();

describe("breakpoints and watches", () => {
  it("stop at lines, with conditions from the margin, and at memory, ports and silent instructions", async () => {
    const page = await openProgram(site, PROGRAM);
    await openPanel(page, "Breakpoints");

    // The margin: set by a click, its condition by the menu.
    const glyph = async (button: "left" | "right") => {
      const box = (await line(page, "dec ecx").boundingBox())!;
      const margin = (await page.locator(".monaco-editor .glyph-margin").first().boundingBox())!;
      await page.mouse.click(margin.x + 8, box.y + 10, { button });
    };
    await glyph("left");
    await page.locator(".glyph-break").waitFor();
    await glyph("right");
    await page.getByRole("menuitem", { name: "Edit condition…" }).click();
    await page.getByRole("textbox", { name: "Only when (condition)" }).fill("[counter] == ");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /Column 13: Expected a register/ })
      .waitFor();
    await page.getByRole("textbox", { name: "Only when (condition)" }).fill("[counter] == 3");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".glyph-break-condition").waitFor();
    expect(await panel(page, "Breakpoints").innerText()).toContain("when [counter] == 3");
    expect(await run(page)).toMatch(/Stopped before dec ecx at mine-\d+\.asm:5, with \[counter\] == 3/);
    expect(await page.locator(".bp-row.stopped").count()).toBe(1);

    // Disabled it is passed.
    await glyph("right");
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.locator(".glyph-break-off").waitFor();
    await removeAll(page);
    expect(await page.locator(".glyph-break").count()).toBe(0);

    // Memory, forwards and back.
    await addBreakpoint(page, /^Data/);
    await page.getByRole("textbox", { name: /^Address/ }).fill("conter");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /“conter” is no register/ })
      .waitFor();
    await page.getByRole("textbox", { name: /^Address/ }).fill("counter");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await page.locator(".bp-row").waitFor();
    expect(await run(page)).toMatch(/read and write of 4 bytes at 0x[0-9a-f]+ by inc dword .*: 0x3 → 0x4/);
    expect(await run(page, "Alt+F5")).toMatch(/: 0x2 → 0x3/);
    const step = await stepOf(page);
    expect(await run(page, "Alt+F5")).toMatch(/: 0x1 → 0x2/);
    expect(await stepOf(page)).toBeLessThan(step);
    await removeAll(page);

    await addBreakpoint(page, /^Port/);
    await page.getByRole("textbox", { name: "From port" }).fill("0xe9");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await addBreakpoint(page, /^Should have trapped/);
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await page.locator(".bp-row").nth(1).waitFor();
    expect(await run(page)).toMatch(/write of 0x41 to port 0x0e9 by out/);
    expect(await run(page)).toMatch(/did not trap: POPF/);

    // They are still there after a reload.
    await page.reload();
    await ready(page);
    await openPanel(page, "Breakpoints").catch(() => undefined);
    await expect.poll(() => page.locator(".bp-row").count()).toBe(2);
    expect(site.problems).toEqual([]);
  });

  it("watch expressions, say what is wrong with one, and break when a value changes", async () => {
    const page = await openProgram(site, PROGRAM);
    await openPanel(page, "Watches");
    const add = page.getByRole("textbox", { name: "Watch an expression" });
    const watch = async (text: string) => {
      await add.fill(text);
      await page.keyboard.press("Enter");
    };
    await watch("1 +");
    await page
      .getByRole("alert")
      .filter({ hasText: /Column 4/ })
      .waitFor();
    await watch("[counter]");
    await watch("byte [counter] * 3");
    await watch("nonsense");
    const row = (text: string) => page.locator(`[data-watch="${text}"]`);
    await row("nonsense")
      .getByText(/Column 1: “nonsense” is no register/)
      .waitFor();
    await row("[counter]").getByText("0x00000000").waitFor();
    await row("[counter]")
      .getByRole("button", { name: /^Break when/ })
      .click();
    expect(await run(page)).toMatch(/0x0 → 0x1/);
    await row("[counter]").getByText("0x00000001").waitFor();
    await row("[counter]").getByText("← 0x00000000").waitFor();
    await row("byte [counter] * 3").getByRole("combobox").selectOption("binary");
    await row("byte [counter] * 3").getByText("0b00000000_00000000_00000000_00000011").waitFor();
    await row("nonsense")
      .getByRole("button", { name: /^Remove/ })
      .click();
    expect(await page.locator(".watch").count()).toBe(2);
    expect(site.problems).toEqual([]);
  });
});
