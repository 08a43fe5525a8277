import { expect, test } from "vitest";
import { openSite, press, ready, stepOf } from "./browser.ts";

const site = openSite();

test("the first visit opens on the POPF lesson, one click from the difference, and the what-if switch makes the runs equal", async () => {
  const page = await site.open();
  await page.getByRole("heading", { name: "Why x86 could not be virtualized: POPF" }).waitFor();
  await ready(page);
  await page.getByRole("button", { name: "Run it bare and virtualized side by side" }).click();

  await page.getByRole("heading", { name: "The two runs differ from POPFD on" }).waitFor();
  const runs = page.locator(".run");
  expect(await runs.nth(0).locator("pre").innerText()).toContain("8 customers, last ticket 8");
  expect(await runs.nth(1).locator("pre").innerText()).not.toContain("last ticket 8");
  expect(await runs.nth(1).locator("mark").count()).toBe(1);
  const verdict = page.locator(".verdict");
  expect(await verdict.locator(".excerpt .at").innerText()).toContain("popfd");
  expect(await verdict.getByRole("row", { name: /IF flag/ }).innerText()).toMatch(/0\s+≠?\s*1/);
  expect(await verdict.innerText()).toContain("Equivalence");
  const comment = verdict.locator(".excerpt .at .comment");
  expect(await comment.innerText()).toContain("From here nobody may interrupt us");
  expect(
    await comment.evaluate((one) => one.closest("section")!.scrollWidth - one.closest("section")!.clientWidth),
  ).toBe(0);
  // From the difference to what came of it, out of the two runs.
  expect(await verdict.locator(".excerpt .marked").allInnerTexts()).toEqual([
    expect.stringMatching(/loop \$[\s\S]*Trap and emulate: interrupted here/),
    expect.stringMatching(/popfd[\s\S]*Bare metal: interrupted only after this/),
  ]);
  const followed = await verdict.locator(".consequence p").allInnerTexts();
  expect(followed[0]).toContain("The guest believes that interrupts are off");
  expect(followed[1]).toContain("differs from character 5 on");
  expect(followed[2]).toContain("last ticket 4");

  await page.getByRole("switch", { name: "What if POPF trapped?" }).click();
  await page.getByRole("heading", { name: /^Equivalent/ }).waitFor();
  expect(await runs.nth(1).locator("pre").innerText()).toContain("8 customers, last ticket 8");
  expect(await page.locator(".run mark").count()).toBe(0);

  await page.getByRole("switch", { name: "What if POPF trapped?" }).click();
  await page.getByRole("heading", { name: "The two runs differ from POPFD on" }).waitFor();
  expect(site.problems).toEqual([]);
});

test("from the difference one goes to that very moment, where the guest's IF and the real one differ", async () => {
  const page = await site.open();
  await ready(page);
  await page.getByRole("button", { name: "Run it bare and virtualized side by side" }).click();
  await page.getByRole("button", { name: "Go to that moment: Trap and emulate" }).click();
  await page.locator(".stage").waitFor();
  await ready(page);
  expect(await stepOf(page)).toBeGreaterThan(500);
  expect(await page.locator(".caption").innerText()).toContain("POPF");
  // The registers show by themselves what differs.
  const registers = page.locator(".registers-body");
  await registers.getByRole("row", { name: "Bare metal: 0", exact: true }).waitFor();
  const seen = await registers.evaluate((body) => {
    const row = [...body.querySelectorAll("tr.parted")].find((one) => one.textContent.startsWith("IF"))!;
    const [inner, outer] = [row.getBoundingClientRect(), body.getBoundingClientRect()];
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  });
  expect(seen).toBe(true);
  await page.keyboard.press("F11");
  await expect.poll(() => registers.locator("tr.parted").count()).toBe(0);
  // And from the comparison on to the interrupt that came of it.
  await page.locator('[data-action="compare"]').first().click();
  await page.getByRole("button", { name: "Interrupt. See it: Trap and emulate" }).click();
  await page.locator(".caption", { hasText: "Injected: 0x20" }).waitFor();
  expect(site.problems).toEqual([]);
});

test("the lesson's terms tell what they mean, by keyboard too, and one can go to the next silent instruction and back", async () => {
  const page = await site.open({ locale: "zh-CN" });
  await ready(page);
  const term = page.locator(".lesson .term", { hasText: "陷入并模拟" });
  await term.focus();
  await page.keyboard.press("Enter");
  const card = page.getByRole("dialog", { name: "陷入并模拟（trap and emulate）" });
  await card.getByText("前提是每条敏感指令都会陷入").waitFor();
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  expect(await term.evaluate((one) => one === document.activeElement)).toBe(true);
  await press(page, "Alt+.");
  const first = await stepOf(page);
  await page.locator(".caption", { hasText: "未陷入" }).waitFor();
  await press(page, "Alt+.");
  expect(await stepOf(page)).toBeGreaterThan(first);
  await press(page, "Alt+,");
  expect(await stepOf(page)).toBe(first);
  expect(site.problems).toEqual([]);
});

test("every program of the list can be compared from the page", async () => {
  const page = await site.open();
  await ready(page);
  await page.getByRole("combobox", { name: /^Program/ }).click();
  await page.getByRole("option").first().waitFor();
  const programs = await page.getByRole("option").count();
  expect(programs).toBeGreaterThanOrEqual(30);
  await page.getByRole("option", { name: "SIDT, the red pill" }).click();
  await ready(page);
  await page.getByRole("button", { name: "Run it bare and virtualized side by side" }).click();
  await page.getByRole("heading", { name: "The two runs differ from SIDT on" }).waitFor();
  expect(site.problems).toEqual([]);
});
