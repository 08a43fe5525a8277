import { expect, test } from "vitest";
import { openSite, ready, stepOf } from "./browser.ts";

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
