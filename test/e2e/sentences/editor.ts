import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { press, ready, stepOf } from "../browser.ts";
import { act, leaveFields, line, openPanel, toStart } from "./hands.ts";
import { beginWith, type Paragraph, type Walk } from "./walk.ts";

/** So few lines that every size shows them all. */
const TEXT = `        org 0x100000
%include "lib/machine.inc"
%macro twice 1
        add %1, %1
%endmacro
start:  mov esp, KERNEL_STACK
        mov ecx, [counter]
again:  dec ecx
        jnz again
        twice ecx
        popfd
        cli
        call put_char
        exit 0
counter: dd 7                   ; times round
%include "lib/console.inc"
`;

/** A word in a line of the text. */
const word = (page: Page, inLine: string, text: string): Locator =>
  line(page, inLine).locator("span span", { hasText: text }).last();

/** Puts the cursor on a word. */
async function cursorOn(page: Page, inLine: string, text: string): Promise<void> {
  await word(page, inLine, text).dblclick();
  await page.locator(".monaco-editor.focused").waitFor();
}

/** The window that a hover on a word opens. */
async function hover({ page }: Walk, inLine: string, text: string): Promise<Locator> {
  const open = page.locator(".monaco-hover:not(.hidden)");
  await page.mouse.move(5, 5);
  await expect.poll(() => open.count()).toBe(0);
  await word(page, inLine, text).hover();
  await open.first().waitFor();
  return open.first();
}

/** Puts another text in the place of the whole one. Pasted: typed lines would be indented. */
async function retype({ page }: Walk, text: string): Promise<void> {
  const field = page.locator(".monaco-editor .native-edit-context, .monaco-editor textarea").first();
  await field.focus();
  await page.keyboard.press("Control+A");
  await field.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** The main file of the program in the editor, in front. */
async function intoText(walk: Walk): Promise<void> {
  await openPanel(walk, "editor");
  const main = walk.page.locator(".file-tab").first();
  if ((await main.getAttribute("aria-selected")) !== "true") await main.click();
  await line(walk.page, "%endmacro").waitFor();
}

/** The text as the browser keeps it, once that is in it. */
async function kept({ page }: Walk, part: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => localStorage.getItem("ringside.work.v1") ?? "")).toContain(part);
}

export const editor: Paragraph = {
  name: "the editor",
  async begin(walk) {
    await beginWith(walk, { text: TEXT });
    await openPanel(walk, "editor");
    await word(walk.page, "start", "mov").waitFor();
  },
  sentences: [
    {
      says: "hover on any instruction: what it does, class, at CPL 0, 1 and 3, under each strategy, manual, encoding, bytes",
      async act(walk) {
        await intoText(walk);
        const shown = await hover(walk, "popfd", "popfd");
        await shown.filter({ hasText: walk.say("language.atLevel") }).waitFor();
        const text = await shown.innerText();
        for (const part of [
          walk.say("language.class.mode"),
          walk.say("language.under"),
          await walk.page.locator(".strategy-picker").innerText(),
          "SDM",
          "9D",
        ]) {
          expect(text).toContain(part);
        }
        expect(text).toMatch(walk.told("language.bytes", { bytes: "9d" }));
        await walk.looks("a hover");
      },
    },
    {
      says: "hover on a symbol or register: its value now",
      async act(walk) {
        await intoText(walk);
        await (await hover(walk, "mov ecx", "counter")).filter({ hasText: "07 00 00 00" }).waitFor();
        await (await hover(walk, "mov esp", "esp")).filter({ hasText: walk.told("language.guestHas") }).waitFor();
        await walk.page.mouse.move(5, 5);
      },
    },
    {
      says: "marks in the margin by class",
      async act({ page }) {
        await page.locator(".mark-line-silent").first().waitFor();
        await page.locator(".mark-line-privileged").first().waitFor();
      },
    },
    {
      says: "go to definition, over files",
      async act(walk) {
        const { page, say } = walk;
        await intoText(walk);
        await cursorOn(page, "call put_char", "put_char");
        await page.keyboard.press("Shift+F12");
        const references = page.getByRole("region", { name: say("language.references", { name: "put_char" }) });
        await references.waitFor();
        await walk.looks("references");
        await references.getByRole("button", { name: say("language.close") }).click();
        await cursorOn(page, "call put_char", "put_char");
        await page.keyboard.press("Control+F12");
        await page.getByRole("tab", { name: /lib\/console\.inc/, selected: true }).waitFor();
        await line(page, "put_char:").waitFor();
      },
    },
    {
      says: "completion, and signature help with operand forms",
      async act(walk) {
        const { page } = walk;
        await intoText(walk);
        await line(page, "start:").click();
        await page.keyboard.press("Home");
        await page.keyboard.type("mov cr");
        await page.keyboard.press("Control+Space");
        await page.locator(".suggest-widget.visible").filter({ hasText: "cr0" }).waitFor();
        await page.keyboard.press("Escape");
        await page.keyboard.type("0, ");
        await page.locator(".parameter-hints-widget.visible").filter({ hasText: "mov CRn, r32" }).waitFor();
        await page.keyboard.press("Escape");
        await retype(walk, TEXT);
      },
    },
    {
      says: "rename of labels",
      async act(walk) {
        const { page, say } = walk;
        await intoText(walk);
        await cursorOn(page, "jnz", "again");
        await page.keyboard.press("Alt+Shift+R");
        const field = page.getByRole("dialog").getByRole("textbox", { name: say("language.rename.label") });
        await field.fill("deeper");
        await walk.looks("rename");
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await kept(walk, "deeper:  dec ecx\\n        jnz deeper");
        await retype(walk, TEXT);
      },
    },
    {
      says: "folding",
      async act(walk) {
        const { page } = walk;
        await intoText(walk);
        const open = page.locator(".monaco-editor .cldr.codicon-folding-expanded").first();
        await open.click();
        await page.locator(".monaco-editor .codicon-folding-collapsed").first().click();
        await open.waitFor();
      },
    },
    {
      says: "format on command",
      async act(walk) {
        const { page } = walk;
        await intoText(walk);
        await retype(walk, TEXT.replace("again:  dec ecx", "again: dec   ecx"));
        await line(page, "again: dec").waitFor();
        await page.keyboard.press("Alt+Shift+F");
        await line(page, "again:  dec ecx").waitFor();
      },
    },
    {
      says: "problems listed with their fixes",
      async act(walk) {
        const { page, say } = walk;
        await intoText(walk);
        await retype(walk, TEXT.replace("jnz again", "jnz agian"));
        const problems = page.getByRole("status", { name: say("editor.problems") });
        await problems.locator(".fix").first().waitFor();
        await walk.looks("problems");
        await problems.locator(".fix").first().click();
        await problems.waitFor({ state: "detached" });
        await kept(walk, "jnz again");
      },
    },
    {
      says: "listing view: address, bytes, source, macro expansions",
      async act(walk) {
        const { page, say } = walk;
        await ready(page);
        await openPanel(walk, "listing");
        await leaveFields(walk);
        const tree = page.getByRole("tree", { name: say("listing.title") });
        await toStart(walk);
        await press(page, "F4");
        const here = tree.locator('[aria-current="step"]');
        await here.filter({ hasText: /00100005\s*8b 0d \w\w.*mov ecx, \[counter\]/i }).waitFor();
        const expansion = tree
          .getByRole("treeitem")
          .filter({ hasText: "add %1, %1" })
          .and(page.locator('[aria-level="2"]'));
        await expansion.first().waitFor();
        await tree.getByRole("treeitem").filter({ hasText: "twice ecx" }).locator(".listing-fold").click();
        await expansion.first().waitFor({ state: "detached" });
        await walk.looks("the listing");
      },
    },
    {
      says: "editing while a run is under way never loses the run without asking",
      async act(walk) {
        const { page, say } = walk;
        await intoText(walk);
        await leaveFields(walk);
        await toStart(walk);
        await press(page, "F11");
        await press(page, "F11");
        const step = await stepOf(page);
        await retype(walk, TEXT.replace("popfd", "pushfd"));
        const notice = page.getByText(say("editor.stale"));
        await notice.waitFor();
        await walk.looks("a text that is not the run's");
        expect(await stepOf(page)).toBe(step);
        await press(page, "F11");
        expect(await stepOf(page)).toBe(step + 1);
        await page.getByRole("button", { name: say("action.backToRunText.label") }).click();
        await notice.waitFor({ state: "detached" });
      },
    },
    {
      says: "source autosaves",
      async act(walk) {
        const { page } = walk;
        await intoText(walk);
        await retype(walk, `${TEXT}; kept over a reload\n`);
        await page.locator('[data-saving="saved"]').waitFor();
        await kept(walk, "; kept over a reload");
        await page.reload();
        await ready(page);
        await openPanel(walk, "editor");
        await kept(walk, "; kept over a reload");
      },
    },
    {
      says: "several files: the program and its includes",
      async act(walk) {
        const { page } = walk;
        await intoText(walk);
        await page.getByRole("tab", { name: /^lib\/console\.inc/ }).click();
        await line(page, "put_char:").waitFor();
        await intoText(walk);
      },
    },
    {
      says: "open and save local files",
      async act(walk) {
        const { page, say } = walk;
        await page.evaluate(() => {
          Reflect.deleteProperty(window, "showOpenFilePicker");
          Reflect.deleteProperty(window, "showSaveFilePicker");
        });
        const chooser = page.waitForEvent("filechooser");
        await openPanel(walk, "editor");
        await page.keyboard.press("Control+O");
        await (await chooser).setFiles([
          { name: "boot.asm", mimeType: "text/plain", buffer: Buffer.from("org 0x100000\nstart: hlt\n") },
        ]);
        await page.getByRole("combobox", { name: /boot\.asm/ }).waitFor();
        await ready(page);
        await page.getByRole("button", { name: say("files.menu") }).click();
        const item = page.getByRole("menuitem", { name: say("action.saveFile.label") });
        await item.waitFor();
        await walk.looks("the menu of files");
        const [download] = await Promise.all([page.waitForEvent("download"), item.click()]);
        expect(download.suggestedFilename()).toBe("boot.asm");
      },
    },
    {
      says: "new from template",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "editor");
        await page.getByRole("button", { name: say("files.menu") }).click();
        await page.getByRole("menuitem", { name: say("action.newFromTemplate.label") }).click();
        await page.getByRole("dialog").waitFor();
        await walk.looks("templates");
        await page.getByRole("button", { name: say("files.templates.timer.title") }).click();
        await page.getByRole("combobox", { name: /timer\.asm/ }).waitFor();
        await ready(page);
        await leaveFields(walk);
        await press(page, "F5");
        await page
          .getByTestId("outcome")
          .getByText(say("outcome.exited", { code: 0 }))
          .waitFor();
        await act(walk, "texts");
        await page.getByRole("dialog").getByText("timer.asm").first().waitFor();
        await walk.looks("the reader's texts");
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      },
    },
  ],
};
