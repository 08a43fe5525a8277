import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press } from "./browser.ts";
import { WORK_KEY } from "./kept.ts";
import { looksRight } from "./looks.ts";

const site = openSite();

const TEXT = `org 0x100000
%include "lib/machine.inc"
start:  mov esp, KERNEL_STACK
        mov eax, [value]
.again: popfd
        jmp .again
other:  jmp .again
.again: call put_char
value:  dd 0x2a                 ; the answer
%include "lib/console.inc"
`;

/** A program of one's own with this text. */
async function open(text = TEXT): Promise<Page> {
  const page = await site.open({ program: text });
  await page.locator(".monaco-editor .view-line [class*=mtk]").first().waitFor();
  return page;
}

/** The text of the reader's own as it is kept, which takes a moment. */
const kept = (page: Page) =>
  expect.poll(() =>
    page.evaluate((key) => {
      const saved = JSON.parse(localStorage.getItem(key) ?? "{}") as { drafts?: Record<string, { text: string }> };
      return saved.drafts?.["mine-1"]?.text ?? "";
    }, WORK_KEY),
  );

const lineWith = (page: Page, text: string) => page.locator(".monaco-editor .view-line", { hasText: text }).first();

/** Puts the cursor on a word: it is double-clicked. */
async function cursorOn(page: Page, line: string, word: string): Promise<void> {
  await lineWith(page, line).locator("span span", { hasText: word }).last().dblclick();
  await page.locator(".monaco-editor.focused").waitFor();
}

/** How often one hovers again: no card comes before the language has, and it says what was known of the run by then. */
const HOVERS = 5;

/** What the hover on a word says, once it says `part`. */
async function hover(page: Page, line: string, word: string, part: string | RegExp): Promise<string> {
  const shown = page.locator(".monaco-hover:not(.hidden)");
  const told = shown.filter({ hasText: part }).first();
  for (let again = HOVERS; ; again--) {
    await page.mouse.move(600, 20);
    await expect.poll(() => shown.count()).toBe(0);
    await lineWith(page, line).locator("span span", { hasText: word }).last().hover();
    const says = told.waitFor({ timeout: 3000 }).then(() => true);
    if (again > 1 && !(await says.catch(() => false))) continue;
    await says;
    return told.innerText();
  }
}

test("a hover says what an instruction does, at which CPL and under which strategy, and what names and registers are now", async () => {
  const page = await open();
  const popf = await hover(page, "popfd", "popfd", "this run");
  for (const part of [
    "SDM Vol. 2B",
    "9D",
    "mode-sensitive",
    "At CPL",
    "Bare metal (ring 0)",
    "Trap and emulate (ring 1), this run",
  ]) {
    expect(popf).toContain(part);
  }
  expect(popf).toMatch(/9d at 00100\w+/);
  const name = await hover(page, "mov eax", "value", "2a 00 00 00");
  expect(name).toContain("the answer");
  const esp = await hover(page, "mov esp", "esp", /The guest’s: [0-9a-f]{8}/);
  expect(esp).toMatch(/The processor’s: ffc/);
  // After the first instruction of the guest its ESP is another.
  await press(page, "F4");
  await hover(page, "mov esp", "esp", "00180000");
  expect(site.problems).toEqual([]);
});

test("an instruction's card has the room it needs, is reached by keyboard, and scrolls where it is too long", async () => {
  const page = await open();
  const card = page.locator(".monaco-hover:not(.hidden)");
  const sizes = () =>
    card
      .locator(".monaco-hover-content")
      .evaluate(({ scrollHeight, clientHeight, scrollWidth, clientWidth, scrollTop }) => ({
        hidden: scrollHeight - clientHeight,
        sideways: scrollWidth - clientWidth,
        scrollTop,
      }));
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest(".monaco-hover, .monaco-editor")?.className);
  const explain = async () => {
    // From the end of the line: what is explained is its instruction.
    await lineWith(page, "popfd").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Alt+F12");
    await card.filter({ hasText: "mode-sensitive" }).waitFor();
  };
  for (const width of [1440, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    await explain();
    expect(await sizes()).toMatchObject({ hidden: 0, sideways: 0 });
    expect(await focused()).toContain("monaco-hover");
    // The two tables stand beside one another.
    const tops = await card
      .locator("table")
      .evaluateAll((all) => all.map((table) => table.getBoundingClientRect().top));
    expect(tops[0]).toBe(tops[1]);
    if (width === 1440) await looksRight(page, "an instruction's card");
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" }).catch(() => {});
    await expect.poll(focused).toContain("monaco-editor");
  }
  await page.setViewportSize({ width: 390, height: 700 });
  await page.getByRole("tab", { name: "Program" }).first().click();
  await explain();
  const { hidden, sideways } = await sizes();
  expect(sideways).toBe(0);
  expect(hidden).toBeGreaterThan(0);
  const box = (await card.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowDown");
  expect((await sizes()).scrollTop).toBeGreaterThanOrEqual(hidden - 1);
  await page.keyboard.press("Escape");
  await expect.poll(focused).toContain("monaco-editor");
  expect(site.problems).toEqual([]);
});

test("completion and signature help know the operands, in the reader's language", async () => {
  const page = await open();
  await lineWith(page, "dd 0x2a").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("mov cr");
  await page.keyboard.press("Control+Space");
  const list = page.locator(".suggest-widget.visible");
  await list.filter({ hasText: "cr0" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.type("0, ");
  const hints = page.locator(".parameter-hints-widget.visible");
  await hints.filter({ hasText: "mov CRn, r32" }).filter({ hasText: "Loads a control register" }).waitFor();
  expect(site.problems).toEqual([]);
});

test("go to definition crosses files; references are listed and lead there", async () => {
  const page = await open();
  await cursorOn(page, "call put_char", "put_char");
  await page.keyboard.press("Shift+F12");
  const places = page.getByRole("region", { name: "References of put_char" });
  await places.waitFor();
  expect(await places.innerText()).toContain("lib/console.inc:4");
  await page.keyboard.press("Control+F12");
  await lineWith(page, "put_char:").waitFor();
  await page.getByRole("tab", { name: /lib\/console.inc/, selected: true }).waitFor();
  // The palette goes to a line of the file on view.
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill(":2");
  await page.getByRole("option", { name: "Go to line 2 of lib/console.inc" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".line-numbers.active-line-number", { hasText: /^2$/ }).waitFor();
  await places
    .getByRole("button", { name: /mine.*call put_char/ })
    .first()
    .click();
  await lineWith(page, "mov esp, KERNEL_STACK").waitFor();
  await looksRight(page, "references");
  expect(site.problems).toEqual([]);
});

test("renaming a local label leaves others of its name alone; a bad name is refused with a reason", async () => {
  const page = await open();
  await lineWith(page, "jmp .again").first().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Alt+Shift+R");
  const dialog = page.getByRole("dialog");
  const name = dialog.getByRole("textbox", { name: "New name" });
  await name.waitFor();
  expect(await name.inputValue()).toBe(".again");
  await name.fill("eax");
  await dialog.getByText("A local label begins with").waitFor();
  expect(await dialog.getByRole("button", { name: "Rename", exact: true }).isDisabled()).toBe(true);
  await looksRight(page, "rename");
  await name.fill(".retry");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await kept(page).toContain(".retry: popfd\n        jmp .retry\nother:  jmp .again\n.again: call");
  // A label of the library is not the reader's to rename.
  await cursorOn(page, "call put_char", "put_char");
  await page.keyboard.press("Alt+Shift+R");
  await page.getByText("stands in lib/console.inc too").waitFor();
  expect(site.problems).toEqual([]);
});

test("formatting lays the file out in columns and is undone at once", async () => {
  const text = "org 0x100000\nstart: mov   eax,5;five\n  jmp start\n";
  const page = await open(text);
  await lineWith(page, "start:").click();
  await page.keyboard.press("Alt+Shift+F");
  await lineWith(page, "mov eax, 5").waitFor();
  await kept(page).toBe(`org 0x100000\nstart:  mov eax, 5${" ".repeat(22)};five\n        jmp start\n`);
  await page.keyboard.press("Control+Z");
  await kept(page).toBe(text);
});

test("blocks fold", async () => {
  const page = await open();
  await page.locator(".monaco-editor .cldr.codicon-folding-expanded").first().waitFor();
  const before = await page.locator(".monaco-editor .view-line").count();
  await page.locator(".monaco-editor .cldr.codicon-folding-expanded").first().click();
  await expect.poll(() => page.locator(".monaco-editor .view-line").count()).toBeLessThan(before);
});

test("a problem is mended by its button, and by the quick fix at the cursor", async () => {
  const page = await open('org 0x100000\nstart: movv eax, 5\n exit 0\n jmp strat\n%include "lib/console.inc"\n');
  const problems = page.getByRole("status", { name: "Problems" });
  await problems.getByRole("button", { name: "Change to mov", exact: true }).click();
  await lineWith(page, "mov eax, 5").waitFor();
  await problems
    .getByRole("button", { name: /Include "lib\/machine.inc"/ })
    .first()
    .click();
  await lineWith(page, '%include "lib/machine.inc"').waitFor();
  await problems.getByText("mine-1.asm:5").waitFor();
  await lineWith(page, "strat").click();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget").first().waitFor();
  await page.keyboard.press("Enter");
  await kept(page).toBe(
    'org 0x100000\n%include "lib/machine.inc"\nstart: mov eax, 5\n exit 0\n jmp start\n%include "lib/console.inc"\n',
  );
  await problems.waitFor({ state: "detached" });
  expect(site.problems).toEqual([]);
});

test("the editor's menu offers it all, by mouse and by keyboard", async () => {
  const page = await open();
  await lineWith(page, "jmp .again").click({ button: "right" });
  const menu = page.getByRole("menu");
  await menu.waitFor();
  for (const name of ["Go to definition", "Find references", "Rename", "Format the file", "Quick fix"]) {
    expect(await menu.getByRole("menuitem", { name }).count(), name).toBe(1);
  }
  await looksRight(page, "the editor's menu");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  await page.keyboard.press("Shift+F10");
  await menu.getByRole("menuitem", { name: "Find references" }).click();
  await page.getByRole("region", { name: "References of start.again" }).waitFor();
});
