import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSite, press, ready, register, stepOf } from "./browser.ts";

const site = openSite();

/** Makes a link at the present moment and answers its fragment. */
async function share(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return link.slice(link.indexOf("#"));
}

/** A page whose reader has a program of their own with this line in it. */
async function readerWithWork(line: string): Promise<Page> {
  const page = await site.open();
  await ready(page);
  await page.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.insertText(`${line}\n`);
  await page.waitForFunction((text) => localStorage.getItem("ringside.work.v1")?.includes(text), line);
  return page;
}

test("a shared link opens in a new profile on the same step, with the same registers, and verifies the digest", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  await press(page, "F8");
  await press(page, "F11");
  const hash = await share(page);

  const other = await site.open({ hash });
  await other.getByText("Verified: the state here is the one that was shared.").waitFor();
  expect(await stepOf(other)).toBe(await stepOf(page));
  for (const name of ["EAX", "EIP", "EFLAGS", "CPL", "CR3"]) {
    expect(await register(other, name), name).toEqual(await register(page, name));
  }
  expect(site.problems).toEqual([]);
});

test("opening a link leaves the reader's own work as it was, and a copy can be edited", async () => {
  const maker = await site.open();
  await ready(maker);
  await press(maker, "F8");
  const hash = await share(maker);

  const reader = await readerWithWork("; my own line");
  await reader.evaluate((fragment) => {
    location.hash = fragment;
  }, hash);
  await reader.getByText("You are looking at a moment that was shared with you.").waitFor();
  await reader.getByText("Verified").waitFor();
  expect(await reader.evaluate(() => localStorage.getItem("ringside.work.v1"))).toContain("; my own line");
  await reader.getByRole("button", { name: "Back to my work" }).click();
  await reader.locator(".monaco-editor .view-line", { hasText: "own" }).first().waitFor();

  await reader.evaluate((fragment) => {
    location.hash = `${fragment}`;
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, hash);
  await reader.getByText("You are looking at a moment that was shared with you.").waitFor();
  // Loaded, then taken to the moment: in between, the page is at rest too.
  await reader.getByText("Verified").waitFor();
  await ready(reader);
  await reader.getByRole("button", { name: "Edit a copy" }).click();
  await reader.getByRole("combobox", { name: /Copy 1 of a shared moment/ }).waitFor();
  expect(await reader.evaluate(() => localStorage.getItem("ringside.work.v1"))).toContain("; my own line");
  expect(site.problems).toEqual([]);
});

test("bad links each get a plain message, and the page opens on the reader's work", async () => {
  const page = await site.open();
  await ready(page);
  const good = await share(page);
  const bad: Readonly<Record<string, string>> = {
    truncated: good.slice(0, good.length - 40),
    altered: `${good.slice(0, 60)}${good[60] === "A" ? "B" : "A"}${good.slice(61)}`,
    "from the future": good.replace("#1.", "#99."),
    "no link at all": "#hello",
  };
  for (const [kind, hash] of Object.entries(bad)) {
    const other = await site.open({ hash });
    const alert = other.locator(".page-notice");
    await alert.waitFor();
    expect(await alert.innerText(), kind).toContain("The link could not be opened.");
    await ready(other);
    expect(await other.getByRole("heading", { name: /POPF/ }).count(), kind).toBeGreaterThan(0);
    expect(await other.evaluate(() => location.hash), kind).toBe("");
    await other.context().close();
  }
  expect(site.problems).toEqual([]);
});

test("what the reader types is there again after the page is closed and opened", async () => {
  const page = await readerWithWork("; kept over night");
  await page.reload();
  await page.locator(".monaco-editor .view-line", { hasText: "night" }).first().waitFor();
  expect(site.problems).toEqual([]);
});

test("errors appear as one types, with their place and what would be accepted", async () => {
  const page = await readerWithWork("        mvo eax, 1");
  const problems = page.locator(".problems");
  await problems.waitFor();
  expect(await problems.innerText()).toContain("lesson-popf.asm:");
  expect(await problems.innerText()).toContain("mov");
  expect(site.problems).toEqual([]);
});
