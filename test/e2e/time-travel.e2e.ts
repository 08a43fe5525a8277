import { expect, test } from "vitest";
import { openProgram, openSite, press, ready, register, stepOf } from "./browser.ts";

const site = openSite();

test("a trap is stepped through and back: the stage, the registers and the log say what happened", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  const atTrap = await stepOf(page);
  expect(await page.locator(".caption").innerText()).toContain("Trap to the VMM");
  expect((await register(page, "CPL"))[0]).toBe("0");
  expect(await page.locator('.seat.running[class*="who-vmm"]').count()).toBe(1);
  expect(await page.locator(".arrow").count()).toBe(1);

  await press(page, "Control+F11");
  expect(await stepOf(page)).toBe(atTrap - 1);
  expect(await register(page, "CPL")).toEqual(["1", "0"]);
  expect(await page.locator('.seat.running[class*="who-guest-kernel"]').count()).toBe(1);

  await press(page, "F11");
  expect(await stepOf(page)).toBe(atTrap);
  expect(await page.locator(".caption").innerText()).toContain("Trap to the VMM");
  expect(site.problems).toEqual([]);
});

test("run, run back and the timeline's keys travel over the whole run", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F5");
  const end = await stepOf(page);
  expect(await page.locator(".where-now").innerText()).toContain("ended with code");

  const slider = page.getByRole("slider", { name: "Moment of the run" });
  await slider.focus();
  await press(page, "Home");
  expect(await stepOf(page)).toBe(0);
  await press(page, "ArrowRight");
  expect(await stepOf(page)).toBe(1);
  expect(await slider.getAttribute("aria-valuetext")).toMatch(/Step 1 of/);
  await press(page, "End");
  expect(await stepOf(page)).toBe(end);

  const box = (await slider.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction((last) => {
    const step = Number(document.querySelector('[data-testid="step"]')?.textContent?.replace(/\D/g, ""));
    return step > 0.4 * last && step < 0.6 * last;
  }, end);
  await ready(page);
  await press(page, "Alt+F5");
  expect(await stepOf(page)).toBe(0);
  expect(site.problems).toEqual([]);
});

test("a breakpoint set with F9 stops the run there, and a click in the log goes to the event", async () => {
  const page = await site.open();
  await ready(page);
  await page.locator(".monaco-editor .view-line", { hasText: "pic_init" }).first().click();
  await page.keyboard.press("F9");
  await page.locator(".glyph-break").waitFor();
  await press(page, "F5");
  expect(await page.locator(".where-now").innerText()).toContain("lesson-popf.asm:22");
  expect(await page.locator(".caption-next").innerText()).toContain("lesson-popf.asm:22");

  await page.locator("button.event").first().click();
  await page.locator('button.event[aria-current="step"]').first().waitFor();
  expect(site.problems).toEqual([]);
});

test("a guest that runs for ever can be paused, and the page answers meanwhile", async () => {
  const page = await openProgram(site, "        org 0x100000\nstart:  cli\n        jmp start\n");
  await page.keyboard.press("F5");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator(".where-now", { hasText: "Paused" }).waitFor();
  expect(await stepOf(page)).toBeGreaterThan(1000);
  expect(site.problems).toEqual([]);
});
