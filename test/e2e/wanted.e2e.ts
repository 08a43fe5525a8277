import { expect, test } from "vitest";
import { openSite, ready } from "./browser.ts";

const site = openSite();

test("pickers and menus that are fetched when first wanted work by keyboard, also before they have come", async () => {
  const page = await site.open();
  // Slower than the reader's next key.
  await page.route(/\/(PickerList|PanelMenuList|MachineMenuBody)-[^/]*\.js$/, async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await ready(page);
  const focus = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let tabs = 0; tabs < 20 && !name.test(await focus()); tabs++) await page.keyboard.press("Tab");
    expect(await focus()).toMatch(name);
  };
  const program = page.getByRole("combobox", { name: /^Program/ });
  const before = await program.getAttribute("aria-label");
  await tabTo(/^Program/);
  await page.keyboard.press("Enter");
  const chosen = page.getByRole("option", { selected: true });
  const onOption = () => page.evaluate(() => document.activeElement?.closest('[role="option"]')?.textContent ?? "");
  await expect.poll(onOption).toBe(await chosen.textContent());
  const first = await onOption();
  await page.keyboard.press("ArrowDown");
  await expect.poll(onOption).not.toBe(first);
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  await expect.poll(() => program.getAttribute("aria-label")).not.toBe(before);
  await expect.poll(focus).toMatch(/^Program/);

  // The focus stays while the real trigger takes its button's place; the next one is there at once.
  await tabTo(/^Who runs it/);
  await page.waitForTimeout(100);
  expect(await focus()).toMatch(/^Who runs it/);
  await page.keyboard.press("ArrowDown");
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(focus).toMatch(/^Who runs it/);

  await page.keyboard.press("Tab");
  const machine = await focus();
  await page.keyboard.press("Space");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(focus).toBe(machine);

  const panels = page.getByRole("button", { name: /^Panels/ });
  await panels.click();
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("menuitemcheckbox");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  expect(site.problems).toEqual([]);
});
