import { expect, test } from "vitest";
import { openSite, ready } from "./browser.ts";

const site = openSite();

test("a control under the pointer or the keyboard says what it does, until Escape or the pointer leaves", async () => {
  const page = await site.open();
  await ready(page);
  await page.keyboard.press("Escape");
  const step = page.locator('[data-action="stepInto"]').first();
  const tip = page.getByRole("tooltip");
  await step.hover();
  await tip.waitFor();
  expect(await tip.innerText()).toContain("F11");
  expect(await step.getAttribute("aria-describedby")).toBe(await tip.getAttribute("id"));
  await page.mouse.move(700, 500);
  await tip.waitFor({ state: "detached" });
  expect(await step.getAttribute("aria-describedby")).toBeNull();

  await step.focus();
  await page.keyboard.press("Tab");
  await tip.waitFor();
  const box = (await tip.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "detached" });
  expect(site.problems).toEqual([]);
});

test("what is fetched with a program and with a language is there when they are chosen", async () => {
  const page = await site.open();
  await ready(page);
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: /^Program/ }).click();
  await page.getByRole("option", { name: "SIDT, the red pill" }).click();
  await page.locator(".lesson p", { hasText: "One unprivileged ins" }).waitFor();
  await page.getByText("What the guest sends to COM1 appears here.").waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByText("What the guest sends to COM1 appears here.").waitFor({ state: "detached" });
  expect(await page.locator(".console").innerText()).toMatch(/COM1.*[\u4e00-\u9fff]/);
  expect(site.problems).toEqual([]);
});
