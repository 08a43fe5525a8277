import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openProgram, openSite, press, ready, register, stepOf, toTrapBy } from "./browser.ts";
import { looksRight } from "./looks.ts";

const site = openSite();

const SOURCE = `bits 32
org 0x100000
start: mov esp, 0x180000
 mov byte [marked], 1
 mov byte [marked], 2
 call outer
 mov eax, [marked]
 nop
 cli
 hlt
outer: push ebp
 mov ebp, esp
 call inner
back: leave
 ret
inner: push ebp
 mov ebp, esp
here: cli
 leave
 ret
times 0x200 - ($ - $$) db 0
marked: dd 0
text: db "needle in memory", 0
`;

/** Brings a panel to the front by its tab (on a phone), or by the palette. */
async function show(page: Page, name: string, action = `Show the panel ${name}`): Promise<void> {
  const tab = page.getByRole("tab", { name, exact: true });
  if ((page.viewportSize()?.width ?? 0) < 820) await tab.click();
  else {
    await page.locator('[data-action="palette"]').click();
    await page.getByRole("dialog").getByRole("combobox").fill(action);
    await page.keyboard.press("Enter");
  }
  await page.getByRole("region", { name, exact: true }).waitFor();
}

async function goTo(page: Page, what: string): Promise<void> {
  const field = page.getByRole("textbox", { name: /^Go to address/ });
  await field.fill(what);
  await field.press("Enter");
}

const byteBar = (page: Page) => page.locator(".memory-byte-bar");

async function open(panel: string, strategy: "Bare metal" | "Trap and emulate" = "Trap and emulate"): Promise<Page> {
  const page = await openProgram(site, SOURCE);
  if (strategy === "Bare metal") {
    await page.getByRole("combobox", { name: /^Strategy/ }).click();
    await page.getByRole("option", { name: /Bare metal/ }).click();
    await ready(page);
  }
  await show(page, panel);
  return page;
}

async function run(page: Page): Promise<void> {
  await press(page, "F5");
}

const valueButton = (page: Page, name: string) =>
  page.locator(".registers tbody tr", { has: page.getByRole("rowheader", { name, exact: true }) }).locator("button");

test("a register is edited by double click, a flag by a press, and what comes after lives with it", async () => {
  const page = await openProgram(site, SOURCE);
  await press(page, "F10");
  const before = await stepOf(page);
  await valueButton(page, "EBX").dblclick();
  const field = page.getByRole("textbox", { name: /^Edit EBX/ });
  await field.fill("esp+8");
  await field.press("Enter");
  await field.waitFor({ state: "detached" });
  const [, guest] = await register(page, "EBX");
  expect(guest).toBe("00180008");
  expect(await stepOf(page)).toBe(before);

  await valueButton(page, "CF").click();
  await expect.poll(async () => (await register(page, "CF"))[1]).toBe("1");

  // Refused, with the reason.
  await valueButton(page, "DS").focus();
  await page.keyboard.press("Enter");
  const selector = page.getByRole("textbox", { name: /^Edit DS/ });
  await selector.fill("50");
  await selector.press("Enter");
  await page.getByText("#GP(0x50)").waitFor();
  await selector.press("Escape");

  // Time travel: before the edit the old value, at it the new one, and undone by taking it out.
  await press(page, "F10");
  expect((await register(page, "EBX"))[1]).toBe("00180008");
  await page.locator('[data-action="edits"]').click();
  await looksRight(page, "edits");
  await page.getByRole("button", { name: "Undo EFLAGS" }).click();
  await page.getByRole("button", { name: "Undo EBX" }).click();
  await page.locator('[data-action="edits"]').waitFor({ state: "detached" });
  expect(await stepOf(page)).toBe(before);
  expect((await register(page, "EBX"))[1]).not.toBe("00180008");
  expect(site.problems).toEqual([]);
});

test("memory is gone to by label, edited, and the reader asks who wrote a byte", async () => {
  const page = await open("Memory");
  await goTo(page, "text");
  await page.getByTestId("memory-byte").getByText("6e · 110 · n").waitFor();
  await byteBar(page).getByText(/^host/).waitFor();
  await run(page);
  const end = await stepOf(page);
  await goTo(page, "marked");
  await page.getByTestId("memory-byte").getByText("02 · 2").waitFor();
  await page.locator('[data-action="memory-who"]').click();
  await page.locator(".memory-written").waitFor();
  expect(await page.locator(".memory-written").innerText()).toMatch(/the guest in ring 1, mov byte .*Before: 01/);
  expect(await stepOf(page)).toBeLessThan(end);
  expect(await page.locator(".memory-byte.changed").count()).toBe(1);

  // Nobody wrote the text.
  await goTo(page, "text");
  await page.getByTestId("memory-byte").getByText("6e · 110 · n").waitFor();
  await page.locator('[data-action="memory-who"]').click();
  await page.getByText("Nobody has written this byte").waitFor();

  // Edited from the listing by typing.
  const grid = page.getByRole("grid");
  await grid.focus();
  await page.keyboard.press("4");
  await page.keyboard.type("1 42");
  await page.keyboard.press("Enter");
  await page.getByTestId("memory-byte").getByText("41 · 65 · A").waitFor();
  await page.getByRole("gridcell", { name: /ABed/ }).waitFor();
  expect(site.problems).toEqual([]);
});

test("memory is looked through for text and bytes, and shown in the other modes and spaces", async () => {
  const page = await open("Memory");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  const what = page.getByRole("textbox", { name: "What to find" });
  await what.fill("needle");
  await what.press("Enter");
  await page.getByText("Found at 00100204").waitFor();
  await page.getByRole("radio", { name: "Bytes (hex)" }).click();
  await what.fill("6d 65 6d 6f 72 79");
  await what.press("Enter");
  await page.getByText("Found at 0010020e").waitFor();
  await page.getByRole("button", { name: "Find previous" }).click();
  await page.getByText("Not found from here back to the beginning.").waitFor();

  await page.getByRole("radio", { name: "Code" }).click();
  await goTo(page, "outer");
  await page.getByRole("option", { name: /outer: push ebp/ }).waitFor();
  const modes = page.getByRole("radiogroup", { name: "Show as" });
  await modes.getByRole("radio", { name: "Text" }).click();
  await goTo(page, "text");
  await page.getByRole("gridcell", { name: /needle in memory/ }).waitFor();

  await page.getByRole("combobox", { name: /^Address space/ }).click();
  await page.getByRole("option", { name: /Host physical/ }).click();
  await modes.getByRole("radio", { name: "Hex" }).click();
  await goTo(page, "500200");
  await byteBar(page).getByText("guest 00100200").waitFor();
  await goTo(page, "0");
  await page.getByRole("button", { name: "Edit", exact: true }).and(page.locator("[aria-disabled=true]")).waitFor();
  expect(site.problems).toEqual([]);
});

test("the listing scrolls through 4 GiB and follows a register", async () => {
  const page = await open("Memory");
  const grid = page.getByRole("grid");
  await goTo(page, "fffffff0");
  await page
    .getByRole("rowheader", { name: "fffffff8" })
    .or(page.getByRole("rowheader", { name: "fffffff0" }))
    .first()
    .waitFor();
  await grid.focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -200);
  const box = (await grid.boundingBox())!;
  await page.mouse.move(box.x + 50, box.y + 50);
  for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -120);
  await page.waitForTimeout(200);
  const first = await page.getByRole("rowheader").first().innerText();
  expect(Number.parseInt(first, 16)).toBeGreaterThan(0xffff_f000);
  await grid.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await page.waitForFunction(() => {
    const text = document.querySelector(".memory-address")?.textContent ?? "";
    const at = Number.parseInt(text, 16);
    return at > 0x7000_0000 && at < 0x9000_0000;
  });
  await page.getByText("not mapped").first().waitFor();

  await page.getByRole("combobox", { name: /^Follow a register/ }).click();
  await page.getByRole("option", { name: "EIP", exact: true }).click();
  await byteBar(page).getByText("start", { exact: false }).first().waitFor();
  await press(page, "F10");
  const eip = (await register(page, "EIP").catch(() => [])) as readonly string[];
  if (eip.length > 1) await byteBar(page).getByText(eip[1]!).first().waitFor();
  expect(site.problems).toEqual([]);
});

test("the stack names calls, frames and what a trap has pushed, for the VMM and for the guest", async () => {
  const page = await open("Stack");
  await toTrapBy(page, "CLI #GP");
  await page.getByText("#GP frame from ring 1: error code, EIP, CS, EFLAGS, ESP, SS").waitFor();
  await page.getByText("The VMM’s stack in ring 0").waitFor();
  await looksRight(page, "stack of the VMM");
  await page.getByRole("radio", { name: "Guest" }).click();
  await page.getByText("return to back").waitFor();
  await page.getByText("caller’s EBP (frame 0)").waitFor();
  await page.getByText("Calls under way (2)").click();
  await page
    .getByText(/start\+/)
    .first()
    .waitFor();
  await page
    .getByRole("button", { name: /^Show .* in memory/ })
    .first()
    .click();
  await page.getByRole("grid").waitFor();
  expect(site.problems).toEqual([]);
});
