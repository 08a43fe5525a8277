import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { openSite, ready } from "./browser.ts";
import { sidewaysScroll, violations } from "./looks.ts";

const site = openSite();

/** Opens the dialog by the palette, as a reader at the keyboard does. */
async function openDialog(page: Page, words: string): Promise<void> {
  await page.keyboard.press("F1");
  const wish = page.locator('[role="dialog"] [role="combobox"]');
  await wish.fill(words);
  await page.locator('[role="dialog"] [role="option"]', { hasText: words }).waitFor();
  await wish.press("Enter");
}

it("a guest is shown beside its rewritten source, opened as a text of one's own, and runs under Xen", async () => {
  const page = await site.open();
  await ready(page);
  await openDialog(page, "Paravirtualize");
  const dialog = page.getByRole("dialog", { name: "Paravirtualize lesson-popf.asm" });
  const diff = dialog.getByTestId("port-diff");
  await diff.locator(".modified .view-line", { hasText: "pv" }).first().waitFor();
  await diff.locator(".original .view-line", { hasText: "popfd" }).first().waitFor();
  // A change has its note, and leads to its place.
  const changes = dialog.getByRole("region", { name: "Changes" });
  expect(await changes.innerText()).toContain("sched_op(block)");
  await changes.getByRole("button", { name: "Show lib/timer.inc:7" }).click();
  await diff.locator(".modified .view-line", { hasText: "PIC1" }).first().waitFor();
  expect(await dialog.getByLabel("File").inputValue()).toBe("lib/timer.inc");
  expect(await violations(page)).toEqual([]);

  // The other style, on a phone: one column, nothing beyond the edge.
  await page.setViewportSize({ width: 390, height: 844 });
  await dialog.getByLabel("Style").selectOption("pv-ops");
  await dialog.getByLabel("File").selectOption("lesson-popf.asm");
  await diff.locator(".view-line", { hasText: "PV_OPS" }).first().waitFor({ state: "attached" });
  expect(await sidewaysScroll(page)).toBe(0);
  expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });

  await dialog.getByRole("button", { name: "Open as program" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("lesson-popf-xen.asm").first().waitFor();
  await page.locator('[data-action="share"][aria-disabled="false"]').waitFor();
  await page.keyboard.press("F5");
  await page.getByTestId("outcome").getByText("ended with code 0").waitFor();
  expect(site.problems).toEqual([]);
}, 60_000);

it("a guest that cannot be rewritten is refused with the reason and what to do", async () => {
  const page = await site.open({
    program: "start: mov cr3, eax\n",
    colorScheme: "dark",
    locale: "zh-CN",
  });
  await ready(page);
  await openDialog(page, "半虚拟化…");
  const refusals = page.getByRole("region", { name: "拒绝改写" });
  await refusals.waitFor();
  expect(await refusals.innerText()).toMatch(/第 1 行[\s\S]*mov cr3, eax[\s\S]*页目录[\s\S]*手工移植/);
  expect(await page.getByRole("button", { name: "作为程序打开" }).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await refusals.waitFor({ state: "detached" });
  expect(site.problems).toEqual([]);
}, 60_000);
