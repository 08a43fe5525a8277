import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openProgram, openSite, press, ready } from "./browser.ts";
import { looks, looksRight } from "./looks.ts";

const site = openSite();

const PROGRAM = `BITS 32
ORG 0x100000
start:  mov ecx, 3
.next:  call work
        loop .next
        cli
        in al, 0x40
        hlt
        jmp $
work:   inc ebx
        ret
`;

/** Does what the palette finds under a name. */
async function show(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: /Name of an action|操作或程序的名称/ }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function opened(options: Parameters<typeof site.open>[0] = {}): Promise<Page> {
  const page = await openProgram(site, PROGRAM, options);
  page.setDefaultTimeout(10_000);
  await show(page, /^zh/.test(options?.locale ?? "") ? "翻译" : "Show the panel Translation");
  return page;
}

const panel = (page: Page) => page.locator(".panel.translation");
const named = (page: Page, name: string) => panel(page).locator(".translation-name", { hasText: name });
const line = (page: Page, text: string) => panel(page).locator(".translation-line", { hasText: text });

describe("the translation panel", () => {
  test("leads to the strategy that translates, then shows guest code beside its translation with the reasons", async () => {
    const page = await opened();
    await panel(page).getByText("nobody translates the guest’s code").waitFor();
    await panel(page).getByRole("button", { name: "Run it by Binary translation" }).click();
    await named(page, "Unit 0: start").waitFor();
    await ready(page);
    const call = line(page, "call 0x");
    expect(await call.getAttribute("data-treatment")).toBe("chained");
    expect(await call.locator(".translation-cache li").first().innerText()).toMatch(/00005\s+68\w+\s+push 0x10000a/);
    await panel(page).getByText("; to a stub").first().waitFor();

    // Both kinds of steps are in the panel, in words.
    await panel(page).getByRole("button", { name: "Next guest instruction" }).click();
    await page.locator('.translation-line.now[data-eip="00100005"]').waitFor();
    await panel(page).getByText("The processor executes this unit now.").waitFor();
    await panel(page).getByRole("button", { name: "Next translated instruction" }).click();
    await ready(page);
    await panel(page).getByText("the guest was interrupted here").waitFor();

    // By keyboard: Tab goes to the treatment of the present instruction, the arrows to others, with the reason of each.
    await call.getByRole("button", { name: /chained/ }).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("tooltip").getByText("the guest’s stack shows no trace of the cache").waitFor();
    await page.keyboard.press("ArrowUp");
    await panel(page).locator(".translation-reason").getByText("Innocuous").waitFor();
  });

  test("maps the cache: units by keyboard and pointer, links, heat that is counted, a list beside it, and counts", async () => {
    const page = await opened();
    await panel(page).getByRole("button", { name: "Run it by Binary translation" }).click();
    await named(page, "Unit 0: start").waitFor();
    await ready(page);
    await press(page, "F5");
    await panel(page).getByRole("tab", { name: "Cache" }).click();
    const units = panel(page).getByRole("listbox", { name: /Units in the translation cache/ });
    await units.getByRole("option").nth(4).waitFor();
    await panel(page)
      .getByText(/of units, \d+ bytes of stubs/)
      .waitFor();
    expect(await panel(page).locator(".map-link.own").count()).toBeGreaterThan(0);
    await panel(page).getByRole("switch", { name: "Heat" }).click();
    await panel(page)
      .getByText(/from step 0 to \d+/)
      .waitFor();
    await units.getByRole("option", { name: /Unit 1: work.*entered 3 times/ }).waitFor();
    await panel(page).getByRole("radio", { name: "List" }).click();
    await panel(page).getByRole("columnheader", { name: "Entered" }).waitFor();
    await panel(page).getByRole("radio", { name: "Map" }).click();
    await units.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const heading = named(page, "Unit 1: work");
    await heading.waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Unit 1: work");
    await panel(page).getByText("Led to by").first().waitFor();
    // The switch that follows the present brings the guest's own unit back.
    await panel(page).getByRole("button", { name: "Follow the present" }).click();
    await heading.waitFor({ state: "detached" });
    await line(page, "hlt").waitFor();
    await panel(page).getByRole("tab", { name: "Counts" }).click();
    await panel(page).locator('[data-count="expansion"]').getByText("×").waitFor();
    await panel(page).getByRole("rowheader", { name: "in the cache, in translation" }).waitFor();
    await looksRight(page, "counts");
  });

  test("has the strategy's options in the machine menu, says them on the stage, and keeps them", async () => {
    const page = await opened();
    await page.getByRole("button", { name: /^Machine/ }).click();
    expect(await page.getByRole("switch", { name: "Callouts only" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await panel(page).getByRole("button", { name: "Run it by Binary translation" }).click();
    await named(page, "Unit 0: start").waitFor();
    await page.getByRole("button", { name: /^Machine/ }).click();
    await page.getByText("It shows what the sequences save.").waitFor();
    await page.getByRole("switch", { name: "Callouts only" }).click();
    await page.locator(".options-banner").getByText("Callouts only.").waitFor();
    await page.keyboard.press("Escape");
    await ready(page);
    await press(page, "F5");
    await line(page, "cli").getByRole("button", { name: "callout" }).focus();
    await panel(page).locator(".translation-reason").getByText("the option “Callouts only” is on").waitFor();
    await page.waitForFunction(() => localStorage.getItem("ringside.work.v1")?.includes("callouts-only"));
    await page.reload();
    await ready(page);
    await page.locator(".options-banner").getByText("Callouts only.").waitFor();
  });
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
    await panel(page).locator(".empty .primary").click();
    await panel(page).locator(".translation-line").first().waitFor();
    await ready(page);
    for (let step = 0; step < 4; step++) await press(page, "F4");
    await panel(page).locator(".translation-line.now").waitFor();
    await looksRight(page, `code ${width} ${colorScheme} ${locale}`);
    for (const name of [/Cache|缓存/, /Counts|计数/]) {
      await panel(page).getByRole("tab", { name }).click();
      await looksRight(page, `${name} ${width} ${colorScheme} ${locale}`);
    }
  }
});
