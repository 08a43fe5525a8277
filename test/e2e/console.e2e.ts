import { expect, test } from "vitest";
import { openSite, ready, typeProgram } from "./browser.ts";

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
  const page = await site.open();
  await typeProgram(page, KEYS);
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
  await page.getByRole("option", { name: "Serial echo" }).click();
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
