import { expect, test } from "vitest";
import { openProgram, openSite, press, ready } from "./browser.ts";
import { looksRight } from "./looks.ts";

const site = openSite();

/** Waits for keys and writes their scan codes in hex to the debug port. */
const KEYS = `        bits 32
        org 0x100000
start:  in al, 0x64
        test al, 1
        jz start
        in al, 0x60
        mov ah, al
        shr al, 4
        call digit
        mov al, ah
        and al, 15
        call digit
        jmp start
digit:  cmp al, 10
        sbb al, 0x69
        das
        out 0xE9, al
        ret
`;

test("keys pressed while the screen has the focus reach the guest that runs, and Tab leaves the screen", async () => {
  const page = await openProgram(site, KEYS);
  await page.keyboard.press("F5");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("tab", { name: "Screen" }).click();
  await page.getByRole("application", { name: "The guest’s screen and keyboard" }).focus();
  await page.getByText("Keys go to the guest.").waitFor();
  await page.keyboard.press("a");
  await page.getByRole("tab", { name: /Debug port.*has output/ }).waitFor();
  await page.keyboard.press("Tab");
  await page.getByText("Click the screen").waitFor();
  await page.getByRole("tab", { name: /Debug port/ }).click();
  await page.locator(".output", { hasText: "1E9E" }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await ready(page);
  expect(site.problems).toEqual([]);
});

test("a line typed under the serial line reaches a guest that sleeps, and wakes it", async () => {
  const page = await site.open();
  await ready(page);
  await page.getByRole("combobox", { name: /^Program/ }).click();
  await page.getByRole("option", { name: "Serial echo", exact: true }).click();
  // While the list is open, F5 is the browser's.
  await page.getByRole("listbox").waitFor({ state: "detached" });
  await page
    .getByRole("combobox", { name: /^Program/ })
    .filter({ hasText: "Serial echo" })
    .waitFor();
  await ready(page);
  await page.keyboard.press("F5");
  await page.locator(".output", { hasText: "GUEST AND HOST." }).waitFor();
  expect(site.problems).toEqual([]);
});

test("Escape twice leaves the screen; the first one is the guest's", async () => {
  const page = await openProgram(site, KEYS);
  await page.keyboard.press("F5");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("tab", { name: "Screen" }).click();
  const screen = page.getByRole("application", { name: "The guest’s screen and keyboard" });
  await screen.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByText("Click the screen").waitFor();
  expect(await screen.evaluate((element) => element.contains(document.activeElement))).toBe(false);
  await page.getByRole("tab", { name: /Debug port/ }).click();
  await page.locator(".output", { hasText: "0181" }).waitFor();
  expect(site.problems).toEqual([]);
});

test("on a touch screen there are keys to tap and a field to type in, and both reach the guest", async () => {
  const page = await openProgram(site, KEYS, { hasTouch: true, isMobile: true });
  await page.keyboard.press("F5");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("tab", { name: "Screen" }).click();
  const field = page.getByRole("textbox", { name: "Type here: it goes to the guest’s keyboard" });
  await page.getByRole("button", { name: "Key Esc" }).click();
  await field.fill("a");
  await page.getByRole("tab", { name: /Debug port/ }).click();
  await page.locator(".output", { hasText: "01811E9E" }).waitFor();
  await page.getByRole("tab", { name: "Screen" }).click();
  await field.fill("é");
  await page.getByText("No key of the guest’s keyboard types “é”.").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await ready(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("tab", { name: "Console" }).click();
  await page.getByRole("tab", { name: "Screen" }).click();
  await looksRight(page, "the screen on a phone");
  expect(site.problems).toEqual([]);
});

/** Sends colours, an escape sequence and a byte that is no text, and a line of text over the serial line. */
const BYTES = `        bits 32
        org 0x100000
start:  mov esi, text
        mov ecx, end - text
        mov dx, 0x3F8
        rep outsb
        hlt
text:   db 27, "[31mred", 27, "[0m ", 27, "[2J", 0xFF, 13, 10, "second line", 10
end:
`;

test("the terminal shows what is no text as bytes, and its view can be cleared and shown again", async () => {
  const page = await openProgram(site, BYTES);
  await press(page, "F5");
  const output = page.locator(".output");
  await output.filter({ hasText: "second line" }).waitFor();
  expect((await output.innerText()).split("\n")[0]).toBe("red 1B[2JFF");
  expect(await output.locator(".raw-bytes").allInnerTexts()).toEqual(["1B", "FF"]);
  await page.getByRole("button", { name: "Clear the view" }).click();
  await page.getByText("The view was cleared").waitFor();
  expect(await output.innerText()).not.toContain("second line");
  await page.getByRole("button", { name: "Show all of it" }).click();
  await output.filter({ hasText: "second line" }).waitFor();
  await looksRight(page, "the terminal");
  await page.getByRole("tab", { name: "Screen" }).click();
  await looksRight(page, "the screen");
  expect(site.problems).toEqual([]);
});
