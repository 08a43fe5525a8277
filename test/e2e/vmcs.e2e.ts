import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { moved, openProgram, openSite, press, ready, stepOf } from "./browser.ts";
import { looks, looksRight } from "./looks.ts";

const site = openSite();
/** Fails an entry, then runs a guest that exits by CPUID, IN, HLT, CPUID and an EPT violation. */
const HYPERVISOR = readFileSync(new URL("./small-hypervisor.asm", import.meta.url), "utf8");

const panel = (page: Page) => page.locator(".panel.vmcs-panel");
const tab = (page: Page, name: string | RegExp) => panel(page).getByRole("tab", { name });

/** The small hypervisor with the panel over it. */
async function opened(options: Parameters<typeof site.open>[0] = {}): Promise<Page> {
  const page = await openProgram(site, HYPERVISOR, options);
  page.setDefaultTimeout(10_000);
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: /Name of an action|操作或程序的名称/ }).fill("VMCS");
  await page.keyboard.press("Enter");
  await panel(page).waitFor();
  return page;
}

/** Takes the VMM away, which stands between the program and the processor's VT-x. */
async function bare(page: Page): Promise<void> {
  await panel(page).locator(".empty .primary").click();
  await panel(page).locator(".vmx-status").waitFor();
  await ready(page);
}

test("a failed VMLAUNCH says which check, field, value and rule, on the stage, in the log and at its line", async () => {
  const page = await opened();
  await panel(page).getByText("This machine’s processor has no VT-x").waitFor();
  await page.locator(".stage [data-wants-vmx]").getByText("Under “Trap and emulate”").waitFor();
  await bare(page);
  await panel(page).locator('[data-operation="off"]').waitFor();
  await panel(page).locator('[data-step="vmxon"][data-done="false"]').waitFor();
  await page.keyboard.press("F5");
  await ready(page);
  // The run has gone on: the check holds now, and nothing on the stage is news.
  expect(await page.locator("[data-vmx-failure]").count()).toBe(0);
  const failed = page.locator(".log li", { hasText: "VMX failure: VMLAUNCH" });
  await page.locator(".log").evaluate((log) => log.scrollTo(0, 0));
  await failed.getByText("Pin-based execution controls = 0x00000096").waitFor();
  await failed.getByRole("button", { name: "Show the checks" }).click();
  await ready(page);

  const notice = page.locator("[data-vmx-failure]");
  await notice.getByText(/bit 7, “Process posted interrupts”, is 1 and not allowed/).waitFor();
  await notice.getByText("Rule: Pin-based controls").waitFor();
  const first = panel(page).locator('[data-first="pin-reserved"]');
  await first.getByText("= 00000096").waitFor();
  await panel(page)
    .locator('[data-group="control"]')
    .getByText(/1 of \d+ fails?/)
    .waitFor();
  await panel(page).getByRole("switch", { name: "Failing only" }).click();
  expect(await panel(page).locator("[data-check]").count()).toBe(1);
  await looksRight(page, "checks");
  await first.getByRole("button", { name: /^Show the field/ }).click();
  await panel(page).locator('[data-field="pinBasedControls"]').getByRole("button").click();
  await panel(page).getByText("must be 0 here: a VM entry would fail").waitFor();

  await notice.getByRole("button", { name: /^Show the line/ }).click();
  await page.locator(".monaco-editor .line-note", { hasText: "0x00000096" }).waitFor();
});

test("shows each exit in a sentence, what it changed, the walk by two tables, and exits counted by reason", async () => {
  const page = await opened();
  await bare(page);
  // Before VMXON there is no root operation: the program is in ring 0 and that is all.
  await page.locator(".stage-picture .world-name", { hasText: "Outside VMX operation" }).waitFor();
  expect(await page.locator(".where-place").innerText()).not.toContain("VMX");
  // First comes the entry that fails.
  await press(page, "Alt+]");
  await page.locator("[data-vmx-failure]").getByRole("button", { name: "Show the checks" }).waitFor();
  await press(page, "Alt+]");
  // From world to world, on the stage and in words.
  await page.locator(".stage-picture .crossing .move-label").waitFor();
  await page.locator(".stage-picture .world-name", { hasText: "VMX root" }).waitFor();
  await page.locator(".where-place", { hasText: "VMX root, ring 0" }).waitFor();
  await tab(page, "Last exit").click();
  const told = panel(page).locator("[data-exit]");
  await told.locator(".vmx-told-title", { hasText: "10 CPUID" }).waitFor();
  expect(await told.getAttribute("data-exit")).toBe("10");
  await press(page, "Alt+]");
  await panel(page).locator('[data-exit="30"] .vmx-sentence', { hasText: "0xe9" }).waitFor();
  await panel(page).locator('[data-field="exitQualification"]').getByText("00e90048").waitFor();
  const second = await stepOf(page);
  await press(page, "Alt+]");
  await press(page, "Alt+[");
  expect(await stepOf(page)).toBe(second);

  await tab(page, "VMCS").click();
  await panel(page).getByRole("switch", { name: "Changed only" }).click();
  const rip = panel(page).locator('[data-field="guestRip"]');
  await rip.getByText(/was [0-9a-f]{8}/).waitFor();
  await panel(page).getByRole("searchbox", { name: "Find a field" }).fill("681e");
  expect(await panel(page).locator("[data-field]").count()).toBe(1);
  await looksRight(page, "fields");

  await press(page, "F5");
  await tab(page, "2-D walk").click();
  await panel(page).getByText("14 memory references, of at most 14").waitFor();
  await panel(page).locator('[data-row="guest-pte"] [data-cell="10"].guest').waitFor();
  await panel(page).getByLabel("Address (hex)").fill("150000");
  await panel(page).locator('[data-outcome="ept-violation"]').waitFor();
  await panel(page).getByRole("button", { name: "Reference 14: EPT PTE, stops here" }).click();
  await panel(page).locator("[data-reference='14']:focus").waitFor();
  await looksRight(page, "walk");

  // From the exit one comes to the walk as it was refused: a write.
  await tab(page, "Last exit").click();
  await panel(page).locator('[data-field="guestPhysicalAddress"]').getByRole("button", { name: "Walk to it" }).click();
  await panel(page).locator('[data-outcome="ept-violation"]', { hasText: "for the write" }).waitFor();
  await panel(page).getByRole("radio", { name: "write", checked: true }).waitFor();

  await tab(page, "Exits").click();
  const cpuid = panel(page).locator('[data-reason="10"]');
  await cpuid.getByText("2 / 2").waitFor();
  await cpuid.getByRole("img", { name: /^Over the run/ }).waitFor();
  const end = await stepOf(page);
  await moved(page, () => cpuid.getByRole("button", { name: "CPUID: previous one" }).click());
  expect(await stepOf(page)).toBeLessThan(end);
  await looksRight(page, "counts");

  // What a hypervisor is for is not to be compared.
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action" }).fill("A guest that asks who it runs on");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Program", exact: true }).click();
  await page.locator(".lesson").getByRole("button", { name: "Run it on bare metal" }).click();
  await page.getByTestId("outcome").getByText("ended with code 0").waitFor();
  expect(site.problems).toEqual([]);
});

looks.each([
  [1440, 900],
  [1024, 768],
  [390, 844],
])("looks right at %i × %i in both themes and languages", async (width, height) => {
  for (const [colorScheme, locale] of [
    ["light", "en-US"],
    ["dark", "zh-CN"],
  ] as const) {
    const page = await opened({ viewport: { width, height }, colorScheme, locale });
    await looksRight(page, `none ${width} ${colorScheme} ${locale}`);
    await bare(page);
    await looksRight(page, `road ${width} ${colorScheme} ${locale}`);
    await press(page, "Alt+]");
    await press(page, "Alt+]");
    for (const [name, shown] of [
      [/^VMCS$/, "[data-field]"],
      [/Last exit|最近退出/, "[data-exit]"],
      [/Entry checks|进入检查/, "[data-check]"],
      [/2-D walk|二维遍历/, "[data-cell]"],
      [/^Exits$|退出统计/, "[data-reason]"],
    ] as const) {
      await tab(page, name).click();
      await panel(page).locator(shown).first().waitFor();
      await looksRight(page, `${name} ${width} ${colorScheme} ${locale}`);
    }
  }
});
