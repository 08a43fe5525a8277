import { expect } from "vitest";
import { ready } from "../browser.ts";
import { act, openPanel } from "./hands.ts";
import { beginWith, type Paragraph, type Sentence, type Walk } from "./walk.ts";

/** Writes to the serial line and the screen, then the scan code of every key to the debug port in hex. */
const KEYS = `        org 0x100000
start:  mov esi, greeting
        mov ecx, end - greeting
        mov dx, 0x3F8
        rep outsb
        mov dword [0xB8000], 0x4B4F1E4F ; "OK": yellow on blue, light cyan on red
wait:   in al, 0x64
        test al, 1
        jz wait
        in al, 0x60
        mov ah, al
        shr al, 4
        call digit
        mov al, ah
        and al, 15
        call digit
        jmp wait
digit:  cmp al, 10
        sbb al, 0x69
        das
        out 0xE9, al
        ret
greeting: db "hello, ", 0xFF, " terminal", 10
end:
`;

/** Brings a tab of the console to the front. */
async function tab({ page, say }: Walk, name: "serial" | "screen" | "debug"): Promise<void> {
  await page
    .locator(".console")
    .getByRole("tab", { name: say(`console.${name}`) })
    .click();
}

const screen = ({ page, say }: Walk) => page.getByRole("application", { name: say("console.screenLabel") });

/** Runs the guest until it waits for keys. */
async function running(walk: Walk): Promise<void> {
  const { page, say } = walk;
  if (await page.getByRole("button", { name: say("action.pause.label") }).count()) return;
  await page.keyboard.press("F5");
  await page
    .getByRole("button", { name: say("action.pause.label") })
    .first()
    .waitFor();
}

const sentences: readonly Sentence[] = [
  {
    says: "UART terminal",
    async act(walk) {
      const { page, say } = walk;
      await running(walk);
      await tab(walk, "serial");
      const output = page.locator(".console .output");
      await output.filter({ hasText: /hello, FF terminal/ }).waitFor();
      const field = page.getByRole("textbox", { name: say("terminal.send") });
      await field.fill("hi");
      await field.press("Enter");
      await expect.poll(() => field.inputValue()).toBe("");
      await page.getByRole("button", { name: say("terminal.clear") }).click();
      await page.getByText(say("terminal.cleared")).waitFor();
      await page.getByRole("button", { name: say("terminal.showAll") }).click();
      await output.filter({ hasText: /hello, FF terminal/ }).waitFor();
      await walk.looks("the terminal");
    },
  },
  {
    says: "VGA text screen with the right font and colours",
    async act(walk) {
      await running(walk);
      await tab(walk, "screen");
      const canvas = screen(walk).locator("canvas");
      await canvas.waitFor();
      const colours = () =>
        canvas.evaluate((element) => {
          const { width, height } = element as HTMLCanvasElement;
          const cell = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 18, 16).data;
          const found = new Set<string>();
          for (let i = 0; i < cell.length; i += 4) found.add([...cell.slice(i, i + 3)].join());
          return { size: [width, height], found: [...found].sort() };
        });
      await expect
        .poll(colours)
        .toEqual({ size: [720, 400], found: ["0,0,170", "170,0,0", "255,255,85", "85,255,255"].sort() });
      await walk.looks("the screen");
    },
  },
  {
    says: "keyboard focus that is obvious and easily left",
    async act(walk) {
      const { page, say } = walk;
      await running(walk);
      await tab(walk, "screen");
      const outline = () =>
        screen(walk).evaluate((element) => {
          const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element);
          return [outlineStyle, outlineWidth, boxShadow, borderColor].join();
        });
      const before = await outline();
      await screen(walk).focus();
      await page.getByText(say("console.screenFocused")).waitFor();
      expect(await outline()).not.toBe(before);
      await page.keyboard.press("a");
      await page.keyboard.press("Tab");
      await page.getByText(say("console.screenHint")).waitFor();
      await screen(walk).focus();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page.getByText(say("console.screenHint")).waitFor();
      expect(await screen(walk).evaluate((element) => element.contains(document.activeElement))).toBe(false);
      await tab(walk, "debug");
      await page.locator(".console .output", { hasText: "1E9E0181" }).waitFor();
    },
  },
  {
    says: "a run with the reader's keys is not left without a question",
    async act(walk) {
      const { page, say } = walk;
      await running(walk);
      await tab(walk, "screen");
      await screen(walk).focus();
      await page.keyboard.press("a");
      await page.keyboard.press("Tab");
      await page.keyboard.press("F5");
      await ready(page);
      await act(walk, "newProgram");
      const question = page.getByRole("dialog", { name: say("files.leave.title") });
      await question.waitFor();
      await walk.looks("leaving a run");
      await question.getByRole("button", { name: say("files.leave.stay") }).click();
      await question.waitFor({ state: "detached" });
    },
  },
];

export const consoleAndScreen: Paragraph = {
  name: "console and screen",
  async begin(walk) {
    await beginWith(walk, { text: KEYS });
    await openPanel(walk, "console");
  },
  sentences,
};
