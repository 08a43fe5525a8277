import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openSite, press, ready, stepOf } from "./browser.ts";
import { looks, looksRight } from "./looks.ts";

const site = openSite();

/** Does what the palette finds under a name. */
async function show(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: /Name of an action|操作或程序的名称/ }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

const panel = (page: Page) => page.locator(".panel.hypervisor");
const tab = (page: Page, name: string | RegExp) => panel(page).getByRole("tab", { name });

/** The panel over a program that is a port, still under the strategy that the page begins with. */
async function opened(program: string, options: Parameters<typeof site.open>[0] = {}): Promise<Page> {
  const page = await site.open(options);
  page.setDefaultTimeout(10_000);
  await ready(page);
  await show(page, program);
  await ready(page);
  await show(page, /^zh/.test(options?.locale ?? "") ? "虚拟机监控器" : "Show the panel Hypervisor");
  await panel(page).waitFor();
  return page;
}

async function paravirtualized(page: Page): Promise<void> {
  await panel(page).locator(".empty .primary").click();
  await panel(page).locator(".tab").first().waitFor();
  await ready(page);
}

describe("the hypervisor panel", () => {
  test("leads to the strategy, then lists hypercalls decoded, with ways to their moment and line, and filters", async () => {
    const page = await opened("A disk, through a ring");
    await panel(page).getByText("the guest knows of no hypervisor").waitFor();
    await paravirtualized(page);
    await panel(page).getByText("The guest has made no hypercall yet").waitFor();
    await press(page, "F5");
    const last = panel(page).locator(".hv-call.here");
    await last.getByText("sched_op(shutdown(poweroff))").waitFor();
    await panel(page)
      .getByText(/^\d+ hypercalls$/)
      .waitFor();
    expect(await page.locator(".event-title", { hasText: "hypercall: sched_op" }).count()).toBe(1);

    await panel(page).getByRole("searchbox", { name: "Search" }).fill("map_grant_ref");
    const mapped = panel(page).locator("[data-call]").first();
    await mapped.getByText(/ref 0 of domain 1 at 0x\w+, host_map → handle 0/).waitFor();
    await panel(page).getByRole("radio", { name: "Domain 1" }).click();
    await panel(page).getByText("No hypercall fits").waitFor();
    await panel(page).getByRole("radio", { name: "Domain 0" }).click();
    const end = await stepOf(page);
    await mapped.getByRole("button", { name: /: go to where hypercall \d+ was done$/ }).click();
    await mapped.locator(".hv-call.here").waitFor();
    await ready(page);
    expect(await stepOf(page)).toBeLessThan(end);
    await mapped.getByRole("button", { name: /^Show the line that called: include\// }).click();
    await page.locator('[data-dock] [role="tab"][aria-selected="true"]', { hasText: "Program" }).waitFor();
  });

  test("shows events, frames with who maps them, the one walk of the page tables, and rings", async () => {
    const page = await opened("A disk, through a ring");
    await paravirtualized(page);
    await press(page, "F5");
    await panel(page).getByRole("searchbox").fill("bind_interdomain");
    await panel(page)
      .getByRole("button", { name: /go to where/ })
      .first()
      .click();
    await panel(page).locator(".hv-call.here").waitFor();
    await ready(page);
    await tab(page, "Event channels").click();
    const guest = panel(page).getByRole("region", { name: "Domain 1" });
    await guest.locator('[data-field="upcall_mask"]').getByText("the guest’s IF is").waitFor();
    await guest.locator('[data-port="1"]').getByText("domain 0, port 1").waitFor();
    await guest.locator('[data-port="1"] .fact-changed').getByText("was unbound, open for domain 0").waitFor();
    await panel(page).getByRole("region", { name: "Domain 0" }).locator("[data-port]").getByText("• new").waitFor();
    await press(page, "F5");

    await tab(page, "Frames").click();
    const look = panel(page).getByLabel("Look up a machine frame (hex)");
    await look.fill("500");
    await look.press("Enter");
    const detail = panel(page).getByRole("region", { name: "Machine frame 00500" });
    await detail.getByText("the program’s image").waitFor();
    await detail.getByText("page 0100 of domain 1").waitFor();
    await panel(page).getByRole("combobox", { name: "Type" }).selectOption("l2");
    await panel(page).locator(".hv-run.l2").getByText("pinned").first().waitFor();
    await looksRight(page, "frames");
    await detail.getByRole("button", { name: "Walk to 00100000" }).click();
    const walk = page.locator('[data-walk="physical"]');
    await walk.getByText("= page 0100 of domain 1").waitFor();
    await page.getByText("Direct paging: these tables are the guest’s own").waitFor();
    expect(await page.locator('[data-walk="guest"]').count()).toBe(0);

    await show(page, "Show the panel Hypervisor");
    await tab(page, "Rings").click();
    const block = panel(page).locator('[data-ring="block"]');
    await block.getByText("req_prod 3 · rsp_prod 3").waitFor();
    await block.getByRole("img", { name: "Ring of 32: 3 put in, 3 taken out" }).waitFor();
    await block.getByText("#2: error, id 2").waitFor();
    await panel(page).locator('[data-grant="1/0"]').getByText("1 writes").waitFor();
    await looksRight(page, "rings");
  });
});

looks.each([
  [1440, 900],
  [1024, 768],
  [390, 844],
])("looks right at %i × %i in both themes and languages", async (width, height) => {
  for (const [colorScheme, locale, program] of [
    ["light", "en-US", "A disk, through a ring"],
    ["dark", "zh-CN", "经环访问的磁盘"],
  ] as const) {
    const page = await opened(program, { viewport: { width, height }, colorScheme, locale });
    await looksRight(page, `none ${width} ${colorScheme} ${locale}`);
    await paravirtualized(page);
    await press(page, "F5");
    for (const [name, shown] of [
      [/Hypercalls|超级调用/, ".hv-call"],
      [/Event channels|事件通道/, "[data-port]"],
      [/Frames|帧/, ".hv-map svg"],
      [/Rings|环/, "[data-ring]"],
    ] as const) {
      await tab(page, name).click();
      await panel(page).locator(shown).first().waitFor();
      await looksRight(page, `${name} ${width} ${colorScheme} ${locale}`);
    }
  }
});
