import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openSite, press, ready } from "./browser.ts";

const site = openSite();

/** A page whose waits end long before the test's own time. */
async function open(options: Parameters<typeof site.open>[0] = {}): Promise<Page> {
  const page = await site.open(options);
  page.setDefaultTimeout(10_000);
  await ready(page);
  return page;
}

/** Opens a panel by the palette, as a reader would by name. */
async function show(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: /Name of an action|操作或程序的名称/ }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function choose(page: Page, program: string): Promise<void> {
  await show(page, program);
  await page.getByRole("combobox", { name: new RegExp(program) }).waitFor();
  await ready(page);
}

const fact = (page: Page, group: string, key: string) => page.locator(`[data-group="${group}"] [data-fact="${key}"]`);

describe("the tables panel", () => {
  test("shows segments with hidden parts, the guest's beside the real ones, and what a step changed", async () => {
    const page = await open();
    await show(page, "Show the panel Tables");
    const cs = page.locator('[data-segment="cs"]');
    await cs.waitFor();
    // The fifth step is the IRET by which the VMM first enters its guest.
    for (let step = 0; step < 5; step++) await press(page, "F11");
    await cs.getByText("was fff8").waitFor();
    expect(await cs.innerText()).toMatch(/0008\s+GDT entry 1, RPL 0/);
    expect(await cs.innerText()).toMatch(/DPL 1/);
    await page.getByRole("radio", { name: "Guest" }).click();
    await cs.getByText("was fff8").waitFor({ state: "detached" });
    expect(await cs.innerText()).not.toMatch(/DPL 1/);
    await page.getByRole("radio", { name: "Real", exact: true }).click();
    expect(await cs.innerText()).toMatch(/0009/);
  });

  test("shows the guest's GDT beside the shadow with the differences in words, and all 8192 entries smoothly", async () => {
    const page = await open();
    await press(page, "F5");
    await show(page, "Show the panel Tables");
    await page.getByRole("tab", { name: "GDT" }).click();
    const entry = page.locator('[data-entry="1"]');
    await entry.getByText("DPL 0 became 1").waitFor();
    await entry.getByText(/Limit cut from ffffffff to ffbfffff/).waitFor();
    await page.getByRole("checkbox", { name: "Empty entries too" }).check();
    await page.locator('.table-rows [aria-setsize="8192"]').first().waitFor();
    expect(await page.locator(".table-rows li").count()).toBeLessThan(60);
    await page.locator(".table-rows").press("End");
    await page.locator('[data-entry="8191"]').getByText("The VMM's code segment.").waitFor();
  });

  test("names the handlers that the IDT leads to, and decodes the TSS", async () => {
    const page = await open();
    await press(page, "F5");
    await show(page, "Show the panel Tables");
    await page.getByRole("tab", { name: "IDT" }).click();
    const entry = page.locator('[data-entry="0"]');
    await entry.getByText("unexpected").waitFor();
    await entry.getByText("a host gate of the VMM").waitFor();
    await page.getByRole("tab", { name: "TSS" }).click();
    await page.locator('[data-field="esp0"]').getByText("ffc28000").waitFor();
    await page.getByText(/every port access of the guest traps/).waitFor();
  });
});

describe("the paging panel", () => {
  test("walks any address on both sides and says which fault it would take and why", async () => {
    const page = await open();
    await choose(page, "Demand paging");
    await press(page, "F5");
    await show(page, "Show the panel Paging");
    await page.locator('[data-walk="guest"]').waitFor();
    const address = page.getByLabel("Linear address (hex)");
    await page.getByRole("radio", { name: "User" }).click();
    await address.fill("fffff000");
    await page.locator('[data-verdict="absent"]').waitFor();
    await address.fill("80000000");
    await page.locator('[data-verdict="true"]').waitFor();
    await page.locator('[data-walk="guest"]').getByText("P is 0 in").waitFor();
    await page.getByRole("radio", { name: "Write" }).click();
    await page.locator('[data-walk="guest"]').getByText("Error code 06: user write, page not present").waitFor();
    await address.fill("nowhere");
    await page.getByText("This is no address").waitFor();
  });

  test("shows the tables as a tree, guest and shadow, and leads from a run of pages to its walk", async () => {
    const page = await open();
    await choose(page, "Demand paging");
    await press(page, "F5");
    await show(page, "Show the panel Paging");
    await page.getByRole("tab", { name: "Tree" }).click();
    await page.getByText("Guest's page tables").waitFor();
    await page.getByRole("radio", { name: "Real", exact: true }).click();
    await page.getByText("Real page tables (shadow)").waitFor();
    await page.locator(".page-toggle").first().press("Enter");
    await page.locator(".page-toggle[aria-expanded=true]").waitFor();
    await page.locator(".page-range", { hasText: "00100000" }).first().click();
    await page.locator('[data-walk="physical"]').waitFor();
    expect(await page.getByLabel("Linear address (hex)").inputValue()).toBe("00100000");
    await page.locator(".memory-link").first().click();
    await page.locator(".memory-panel").waitFor();
  });

  test("works with paging off, on bare metal", async () => {
    const page = await open();
    await page.getByRole("combobox", { name: /Who runs it/ }).click();
    await page.getByRole("option", { name: /Bare metal/ }).click();
    await ready(page);
    await show(page, "Show the panel Paging");
    await page.getByText("Paging is off: physical is linear.").waitFor();
    await show(page, "Show the panel Virtual CPU");
    await page.getByText(/no virtual CPU on bare metal/).waitFor();
  });
});

test("devices show the guest's beside the real ones, and mark what the last step changed", async () => {
  const page = await open();
  await show(page, "Show the panel Devices");
  await press(page, "F5");
  const base = fact(page, "pic-master", "base");
  await base.getByText("e0-e7").waitFor();
  await base.getByText("20-27").waitFor();
  await page.getByRole("radio", { name: "Guest" }).click();
  await base.getByText("e0-e7").waitFor({ state: "detached" });
});

test("the virtual CPU shows what the guest believes, what is real, and what the VMM holds", async () => {
  const page = await open();
  await show(page, "Show the panel Virtual CPU");
  await press(page, "F8");
  // The trap has just taken the processor from ring 1 to ring 0.
  await fact(page, "privilege", "cpl").getByText("was 1").waitFor();
  await fact(page, "switch", "entered").waitFor();
  await fact(page, "shadow", "directory").waitFor();
});
