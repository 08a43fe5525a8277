import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press, ready } from "./browser.ts";
import { looks, looksRight } from "./looks.ts";

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

type Options = Parameters<typeof site.open>[0];

/** A program of one's own with this text. */
async function open(text = TEXT, options: Options = {}): Promise<Page> {
  const page = await site.open(options);
  await ready(page);
  await page.addInitScript((own) => {
    if (sessionStorage.getItem("own") !== null) return;
    sessionStorage.setItem("own", "1");
    const work = { programId: "mine-1", strategy: "trap-and-emulate", memoryMiB: 16, whatIf: [], breakpoints: [] };
    const drafts = { "mine-1": { text: own, includes: null } };
    localStorage.setItem("ringside.work.v1", JSON.stringify({ theme: "system", lessonOpen: false, work, drafts }));
  }, text);
  await page.reload();
  // On a phone the editor is behind a tab.
  const { width } = page.viewportSize()!;
  if (width < 820)
    await page
      .getByRole("tab", { name: /^(Program|程序)$/ })
      .first()
      .click();
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await page.locator(".monaco-editor .mtk1, .monaco-editor [class*=mtk]").first().waitFor();
  await page.waitForTimeout(300);
  return page;
}

/** The text of the reader's own as it is kept. */
async function kept(page: Page): Promise<string> {
  await page.waitForTimeout(700);
  return page.evaluate(() => {
    const saved = JSON.parse(localStorage.getItem("ringside.work.v1") ?? "{}") as {
      drafts?: Record<string, { text: string }>;
    };
    return saved.drafts?.["mine-1"]?.text ?? "";
  });
}

const lineWith = (page: Page, text: string) => page.locator(".monaco-editor .view-line", { hasText: text }).first();

/** Puts the cursor on a word: it is double-clicked. */
async function cursorOn(page: Page, line: string, word: string): Promise<void> {
  await lineWith(page, line).locator("span span", { hasText: word }).last().dblclick();
  await page.waitForTimeout(100);
}

/** What the hover on a word says. */
async function hover(page: Page, line: string, word: string): Promise<string> {
  await page.mouse.move(600, 20);
  await page
    .locator(".monaco-hover:not(.hidden)")
    .waitFor({ state: "detached" })
    .catch(() => {});
  await page.waitForTimeout(500);
  await lineWith(page, line).locator("span span", { hasText: word }).last().hover();
  const shown = page.locator(".monaco-hover:not(.hidden) .hover-contents").first();
  await shown.waitFor();
  await page.waitForTimeout(300);
  return page.locator(".monaco-hover:not(.hidden)").first().innerText();
}

test("a hover says what an instruction does, at which CPL and under which strategy, and what names and registers are now", async () => {
  const page = await open();
  const popf = await hover(page, "popfd", "popfd");
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
  const name = await hover(page, "mov eax", "value");
  expect(name).toContain("the answer");
  expect(name).toContain("2a 00 00 00");
  const esp = await hover(page, "mov esp", "esp");
  expect(esp).toMatch(/The guest’s: [0-9a-f]{8}/);
  expect(esp).toMatch(/The processor’s: ffc/);
  // After the first instruction of the guest its ESP is another.
  await press(page, "F4");
  expect(await hover(page, "mov esp", "esp")).toMatch(/00180000/);
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
  const text = await kept(page);
  expect(text).toContain(".retry: popfd\n        jmp .retry\nother:  jmp .again\n.again: call");
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
  expect(await kept(page)).toBe(`org 0x100000\nstart:  mov eax, 5${" ".repeat(22)};five\n        jmp start\n`);
  await page.keyboard.press("Control+Z");
  expect(await kept(page)).toBe(text);
});

test("blocks fold", async () => {
  const page = await open();
  await page.locator(".monaco-editor .cldr.codicon-folding-expanded").first().waitFor();
  const before = await page.locator(".monaco-editor .view-line").count();
  await page.locator(".monaco-editor .cldr.codicon-folding-expanded").first().click();
  await page.waitForTimeout(300);
  expect(await page.locator(".monaco-editor .view-line").count()).toBeLessThan(before);
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
  await page.waitForTimeout(800);
  await lineWith(page, "strat").click();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForTimeout(800);
  expect(await kept(page)).toBe(
    'org 0x100000\n%include "lib/machine.inc"\nstart: mov eax, 5\n exit 0\n jmp start\n%include "lib/console.inc"\n',
  );
  expect(await problems.count()).toBe(0);
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

looks.each([
  ["en-US", "light", 1440, 900],
  ["zh-CN", "dark", 1024, 768],
  ["zh-CN", "light", 390, 844],
  ["en-US", "dark", 390, 844],
] as const)(
  "axe finds nothing beside problems, hover and references, in %s, %s, at %d pixels",
  async (locale, colorScheme, width, height) => {
    const options = { colorScheme, locale, viewport: { width, height } };
    const page = await open(TEXT.replace("jmp .again\nother", "jmp .agian\nother"), options);
    await page.locator(".problems .fix").first().waitFor();
    await looksRight(page, "problems");
    await cursorOn(page, "mov esp", "KERNEL_STACK");
    await page.keyboard.press("Shift+F12");
    await page.locator(".references").waitFor();
    await hover(page, "popfd", "popfd");
    await looksRight(page, "hover and references");
  },
);
