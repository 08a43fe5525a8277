import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openProgram, openSite, press, ready, stepOf } from "./browser.ts";

const site = openSite();

const FOREVER = "        bits 32\n        org 0x100000\nstart:  inc eax\n        jmp start\n";

/** Traps for ever, so that no machine is done with it soon. */
const TRAPS = "        bits 32\n        org 0x100000\nstart:  cli\n        sti\n        jmp start\n";

async function palette(page: Page, text: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill(text);
}

async function open(page: Page, panel: string): Promise<void> {
  await palette(page, panel);
  await page.keyboard.press("Enter");
}

/** Opens the command line and says something there; answers all of the output. */
async function say(page: Page, ...lines: readonly string[]): Promise<string> {
  const field = page.getByRole("textbox", { name: "Command", exact: true });
  if (!(await field.isVisible())) await open(page, "Show the panel Command line");
  await field.waitFor();
  for (const line of lines) {
    await field.fill(line);
    await field.press("Enter");
    await page.locator(".commands-line button:enabled").waitFor();
  }
  return page.getByRole("log", { name: "Output of the command line" }).innerText();
}

async function chooseSpeed(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: /^Speed/ }).click();
  await page.getByRole("option", { name, exact: true }).click();
}

test("a slow run shows every step, can be paused at once, and goes backwards too", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  const begin = await stepOf(page);
  await chooseSpeed(page, "5 steps a second");
  expect(await page.getByRole("combobox", { name: /^Speed/ }).innerText()).toContain("5 steps a second");
  await page.keyboard.press("F5");
  const seen = new Set<number>();
  const until = Date.now() + 1500;
  while (Date.now() < until) {
    seen.add(await stepOf(page));
    await page.waitForTimeout(40);
  }
  expect(await page.locator(".where-now").innerText()).toContain("Running step by step");
  await page.keyboard.press("Escape");
  await page.locator(".where-now", { hasText: "Paused" }).waitFor({ timeout: 300 });
  const paused = await stepOf(page);
  const steps = [...seen].sort((a, b) => a - b);
  expect(steps.length).toBeGreaterThan(4);
  expect(steps).toEqual(steps.map((_, i) => steps[0]! + i));
  expect(paused).toBeGreaterThan(begin + 3);

  await page.keyboard.press("Alt+F5");
  await page.waitForFunction((from) => {
    const step = Number(document.querySelector('[data-testid="step"]')?.textContent?.replace(/\D/g, ""));
    return step <= from - 2;
  }, paused);
  // Faster, up to full speed, by the keyboard: the run goes on at the new speed.
  for (let i = 0; i < 5; i++) await page.keyboard.press("Alt+Equal");
  await page.locator(".where-now", { hasText: "Beginning of the run" }).waitFor();
  expect(await stepOf(page)).toBe(0);
  expect(site.problems).toEqual([]);
});

test("runs to the editor's line, and back to it", async () => {
  const page = await site.open();
  await ready(page);
  await page.locator(".monaco-editor .view-line", { hasText: "pic_init" }).first().click();
  await press(page, "Control+F7");
  const there = await stepOf(page);
  expect(await page.locator(".caption-next").innerText()).toContain("lesson-popf.asm:22");
  await press(page, "F5");
  expect(await stepOf(page)).toBeGreaterThan(there);
  // The editor has followed the run into another file.
  await page.getByRole("tab", { name: "lesson-popf.asm" }).click();
  await page.locator(".monaco-editor .view-line", { hasText: "pic_init" }).first().click();
  await press(page, "Control+Shift+F7");
  expect(await stepOf(page)).toBe(there);
  expect(site.problems).toEqual([]);
});

test("what takes long shows how far it is, and Escape or Cancel ends it", async () => {
  const page = await openProgram(site, TRAPS);
  await page.keyboard.press("F5");
  const busy = page.getByTestId("busy");
  await busy.waitFor();
  expect(await busy.innerText()).toMatch(/Running \d+ %/);
  expect(await page.getByRole("progressbar").count()).toBe(1);
  // A screen reader is told after a while, and of the end.
  const told = page.getByRole("status");
  await told.filter({ hasText: /^Running: \d+ %, \d+ seconds? so far$/ }).waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  await page.locator(".where-now", { hasText: "Paused" }).waitFor();
  await told.filter({ hasText: /^Ended after \d+ seconds?$/ }).waitFor({ state: "attached" });
  const field = page.getByRole("textbox", { name: "Command", exact: true });
  await open(page, "Show the panel Command line");
  await field.fill("goto 400000000");
  await field.press("Enter");
  await busy.waitFor();
  expect(await busy.innerText()).toMatch(/Travelling to the moment \d+ %/);
  await busy.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".where-now", { hasText: "Paused" }).waitFor();
  const step = await stepOf(page);
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(400_000_000);
  expect(site.problems).toEqual([]);
});

test("a load that takes long can be cancelled, and the program loaded again later", async () => {
  const page = await openProgram(site, FOREVER);
  await page.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(
    `${FOREVER}%rep 90000\n mov dword [ebx + ecx*4 + last - start], last - start + ($ - start) * 2 + 5\n%endrep\nlast:\n`,
  );
  const busy = page.getByTestId("busy").filter({ hasText: "Loading the program" });
  await busy.waitFor({ timeout: 60_000 });
  await busy.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Loading was cancelled").first().waitFor();
  await page.keyboard.press("F11");
  await page.waitForFunction(() => document.querySelector('[data-testid="step"]')?.textContent === "step 1", null, {
    timeout: 60_000,
  });
  expect(site.problems).toEqual([]);
}, 120_000);

test("the summary says what happened, shares the time out, and leads to each event", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F5");
  await page.getByRole("button", { name: "What happened?" }).click();
  const body = page.locator(".summary-body");
  await body.waitFor();
  const table = (name: string) => page.getByRole("table", { name });
  expect(await table("Where the time went").innerText()).toMatch(/VMM, ring 0\s+390\s+3.7%/);
  expect(await table("Sensitive, deprivileged and silent, by instruction").innerText()).toContain("POPFD");
  expect(await table("Traps to the VMM, by vector").innerText()).toContain("#GP");
  expect(await table("Ring transitions of the processor").innerText()).toContain("1 → 0");
  const popf = table("Sensitive, deprivileged and silent, by instruction").getByRole("row", { name: /POPFD/ });
  const first = popf.getByRole("button", { name: /First POPFD, step/ });
  const at = Number((await first.getAttribute("aria-label"))!.replace(/\D/g, ""));
  await first.click();
  await ready(page);
  expect(await stepOf(page)).toBe(at);
  const before = await page.getByTestId("step").innerText();
  await popf.getByRole("button", { name: /Next POPFD/ }).click();
  await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
  expect(await stepOf(page)).toBeGreaterThan(at);
  expect(await page.locator(".caption").innerText()).toContain("POPFD");
  expect(site.problems).toEqual([]);
});

test("keys can be changed: refusals and conflicts are named, all that shows keys follows, and a reload keeps them", async () => {
  const page = await site.open();
  await ready(page);
  await palette(page, "Change keys");
  await page.keyboard.press("Enter");
  const step = page.getByRole("button", { name: /^Change the key of Step:/ });
  await step.click();
  await page.keyboard.press("Control+r");
  const alert = page.getByRole("alert").filter({ hasText: "Ctrl+R" });
  expect(await alert.innerText()).toContain("Ctrl+R cannot be used. It reloads the page.");
  await page.keyboard.press("F9");
  expect(await page.getByRole("alert").filter({ hasText: "F9" }).innerText()).toContain(
    "F9 belongs to Set or clear a breakpoint",
  );
  await page.getByRole("button", { name: "Leave it" }).click();
  await step.click();
  await page.keyboard.press("Alt+k");
  expect(await page.locator(".keys-said").innerText()).toContain("Step now has Alt+K.");
  await page.keyboard.press("Escape");

  await press(page, "Alt+k");
  expect(await stepOf(page)).toBe(1);
  await page.keyboard.press("F11");
  expect(await stepOf(page)).toBe(1);
  expect(await page.locator('[data-action="stepInto"]').first().getAttribute("aria-keyshortcuts")).toBe("Alt+K");
  expect(await page.locator(".lesson").innerText()).toContain("Step (Alt+K)");
  await palette(page, "Step");
  expect(await page.getByRole("option", { name: /^Step Alt\+K/ }).count()).toBe(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+F1");
  expect(await page.getByRole("dialog").innerText()).toMatch(/Step Alt\+K/);
  await page.keyboard.press("Escape");

  await page.reload();
  await ready(page);
  await press(page, "Alt+k");
  expect(await stepOf(page)).toBe(1);
  await palette(page, "Change keys");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "All keys as they came" }).click();
  await page.keyboard.press("Escape");
  await press(page, "F11");
  expect(await stepOf(page)).toBe(2);
  expect(site.problems).toEqual([]);
});

test("gdb's and Bochs's verbs work on the command line, with history, completion and help for slips", async () => {
  const page = await site.open();
  await ready(page);
  expect(await say(page, "si", "si 5")).toMatch(/6 ring/);
  expect(await stepOf(page)).toBe(6);
  expect(await say(page, "reverse-stepi")).toMatch(/5 ring/);
  expect(await say(page, "x/2xw start")).toMatch(/<start>: {2}0x[0-9a-f]{8} {2}0x[0-9a-f]{8}/);
  expect(await say(page, "info idt real 14")).toContain("[0x0e #PF]");
  expect(await say(page, "set $eax = 0x1234", "info reg eax")).toContain("eax      0x00001234");
  expect(await say(page, "b 22", "c")).toContain("lesson-popf.asm:22");
  await page.locator(".glyph-break").first().waitFor();
  expect(await page.locator(".where-now").innerText()).toContain("Stopped before");
  expect(await say(page, "delete", "rc")).toContain("All breakpoints deleted");
  expect(await stepOf(page)).toBe(0);
  expect(await say(page, "stpei")).toContain("Did you mean `stepi`?");
  expect(await say(page, "help")).toContain("reverse");
  expect(await say(page, "trace on", "si 3", "trace off")).toMatch(/\n1 ring.*\n(.*\n)*2 ring.*\n(.*\n)*3 ring/);

  const field = page.getByRole("textbox", { name: "Command", exact: true });
  await field.press("ArrowUp");
  await field.press("ArrowUp");
  expect(await field.inputValue()).toBe("si 3");
  await field.press("ArrowDown");
  expect(await field.inputValue()).toBe("trace off");
  await field.fill("reverse-c");
  await field.press("Tab");
  await page.waitForFunction(() =>
    document.querySelector<HTMLInputElement>(".commands-line input")?.value.includes("continue"),
  );
  await field.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("INPUT");
  expect(site.problems).toEqual([]);
});

test("the palette finds by a few letters, in groups, with keys, and what was used last comes first", async () => {
  const page = await site.open();
  await ready(page);
  await palette(page, "stb");
  const options = page.getByRole("option");
  expect(await options.first().innerText()).toMatch(/Step back\s+not possible now/);
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill("nxtrp");
  expect(await options.first().innerText()).toMatch(/To the next trap\s+F8/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[data-testid="step"]')?.textContent !== "step 0");
  await ready(page);
  await page.keyboard.press("F1");
  expect(await page.getByRole("group", { name: "Used last" }).getByRole("option").first().innerText()).toContain(
    "To the next trap",
  );
  expect(await page.getByRole("group", { name: "Programs" }).getByRole("option").count()).toBeGreaterThan(20);
  expect(site.problems).toEqual([]);
});

test("help lists every action with its key, the verbs and the signs", async () => {
  const page = await site.open();
  await ready(page);
  await page.keyboard.press("Shift+F1");
  const text = await page.getByRole("dialog").innerText();
  for (const expected of [
    "Step back",
    "Ctrl+F11",
    "x/NFU [real] ADDRESS",
    "modebp",
    "Verbs of the command line",
    "did not trap",
  ]) {
    expect(text).toContain(expected);
  }
});
