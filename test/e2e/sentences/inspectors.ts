import type { Page } from "playwright-core";
import { expect } from "vitest";
import { PANEL_IDS } from "../../../src/ui/layout/panel-ids.ts";
import { press, ready, register, stepOf, toTrapBy } from "../browser.ts";
import { GUEST } from "./guest.ts";
import { choose, leaveFields, openPanel, toStart, toTrap } from "./hands.ts";
import { beginWith, type Paragraph, type Walk } from "./walk.ts";

/** The last step of the run. */
async function toEnd(walk: Walk): Promise<void> {
  const { page } = walk;
  await leaveFields(walk);
  if (await page.locator('[data-action="run"][aria-disabled="false"]').count()) await press(page, "F5");
}

/** Chooses whose view a panel shows. */
async function side({ page, say }: Walk, of: "both" | "guest" | "physical"): Promise<void> {
  await page.getByRole("radio", { name: say(`system.side.${of}`), exact: true }).click();
}

async function tab({ page }: Walk, panel: string, name: string): Promise<void> {
  await page.locator(panel).getByRole("tab", { name, exact: true }).click();
}

/** The button that a register's value is changed by. */
const value = (page: Page, name: string) =>
  page.locator(".registers tbody tr", { has: page.getByRole("rowheader", { name, exact: true }) }).locator("button");

async function goTo({ page, say }: Walk, place: string): Promise<void> {
  const field = page.getByRole("textbox", { name: say("memory.goTo") });
  await field.fill(place);
  await field.press("Enter");
}

export const inspectors: Paragraph = {
  name: "inspectors",
  async begin(walk) {
    await beginWith(walk, { text: GUEST });
  },
  sentences: [
    {
      says: "the physical view, the guest's view, and what the last step changed with old values",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "registers");
        await toTrap(walk);
        for (const column of ["physical", "guest"] as const) {
          await page.getByRole("columnheader", { name: say(`registers.${column}`) }).waitFor();
        }
        const esp = await register(page, "CPL");
        expect(esp).toEqual(["0", "0"]);
        await page.locator(".registers .value.changed .was").first().waitFor();
        await walk.looks("registers");
      },
    },
    {
      says: "registers and flags, editable while paused, as a recorded input",
      async act(walk) {
        const { page, say, told } = walk;
        await openPanel(walk, "registers");
        await toStart(walk);
        await press(page, "F4");
        const before = await stepOf(page);
        await value(page, "EBX").dblclick();
        const field = page.getByRole("textbox", { name: told("memory.editRegister", { name: "EBX" }) });
        await field.fill("esp+8");
        await field.press("Enter");
        await expect.poll(async () => (await register(page, "EBX"))[1]).toBe("00180008");
        const carry = (await register(page, "CF"))[1];
        await value(page, "CF").click();
        await expect.poll(async () => (await register(page, "CF"))[1]).not.toBe(carry);
        expect(await stepOf(page)).toBe(before);
        await press(page, "F4");
        expect((await register(page, "EBX"))[1]).toBe("00180008");
        await page.locator('[data-action="edits"]').first().click();
        await walk.looks("edits");
        for (const what of ["EFLAGS", "EBX"]) {
          await page.getByRole("button", { name: say("memory.removeEdit", { what }) }).click();
        }
        await page.locator('[data-action="edits"]').waitFor({ state: "detached" });
        expect((await register(page, "EBX"))[1]).not.toBe("00180008");
      },
    },
    {
      says: "segments with hidden parts",
      async act(walk) {
        const { page, told } = walk;
        await openPanel(walk, "tables");
        await leaveFields(walk);
        await toStart(walk);
        await tab(walk, ".tables-panel", walk.say("system.tables.segments"));
        await side(walk, "both");
        const cs = page.locator('[data-segment="cs"]');
        // The fifth step is the IRET by which the VMM first enters its guest.
        for (let i = 0; i < 5; i++) await press(page, "F11");
        await cs.getByText(told("system.side.was", { value: "fff8" })).waitFor();
        expect(await cs.innerText()).toMatch(/0008[\s\S]*DPL 1/);
        await walk.looks("segments");
        await side(walk, "guest");
        await expect.poll(() => cs.innerText()).not.toContain("DPL 1");
        await side(walk, "both");
      },
    },
    {
      says: "GDT, LDT, IDT, TSS decoded, guest beside shadow",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "tables");
        await toEnd(walk);
        await tab(walk, ".tables-panel", "GDT");
        await page.locator('[data-entry="1"] .entry-notes').waitFor();
        await walk.looks("the GDT");
        await tab(walk, ".tables-panel", "LDT");
        await page.getByText(say("system.tables.noLdt")).waitFor();
        await tab(walk, ".tables-panel", "IDT");
        await page.locator('[data-entry="0"]').getByText(say("system.tables.hostGate")).waitFor();
        await walk.looks("the IDT");
        await tab(walk, ".tables-panel", "TSS");
        await page.locator('[data-field="esp0"]').waitFor();
        await walk.looks("the TSS");
      },
    },
    {
      says: "page tables as a tree",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "paging");
        await toEnd(walk);
        await tab(walk, ".paging-panel", say("system.paging.tree"));
        await side(walk, "guest");
        await page.getByText(say("system.paging.guestTree")).waitFor();
        await side(walk, "physical");
        await page.getByText(say("system.paging.shadowTree")).waitFor();
        await page.locator(".page-toggle").first().press("Enter");
        await page.locator(".page-toggle[aria-expanded=true]").first().waitFor();
        await walk.looks("the tree of page tables");
        await side(walk, "both");
      },
    },
    {
      says: "a walk for any address: guest virtual to guest physical to host physical, shadow beside it, the fault and why",
      async act(walk) {
        const { page, say, told } = walk;
        await openPanel(walk, "paging");
        await toEnd(walk);
        await tab(walk, ".paging-panel", say("system.paging.walk"));
        await side(walk, "both");
        const address = page.getByLabel(say("system.paging.address"));
        await address.fill("00100000");
        const guest = page.locator('[data-walk="guest"]');
        await guest.getByText(say("system.paging.hostPhysical")).waitFor();
        await guest.getByText("00500000").first().waitFor();
        await page.locator('[data-walk="physical"]').waitFor();
        await walk.looks("a walk");
        await address.fill("80000000");
        await page.locator('[data-verdict="true"]').waitFor();
        await guest.getByText(told("system.paging.error")).waitFor();
        await walk.looks("a fault of a walk");
      },
    },
    {
      says: "memory: hex, text, disassembly; find",
      async act(walk) {
        const { page, say, told } = walk;
        await openPanel(walk, "memory");
        await leaveFields(walk);
        await goTo(walk, "text");
        await page.getByTestId("memory-byte").getByText("6e · 110 · n").waitFor();
        await walk.looks("memory");
        const mode = (name: "hex" | "text" | "code") =>
          page
            .getByRole("radiogroup", { name: say("memory.mode") })
            .or(page.getByRole("group", { name: say("memory.mode") }))
            .getByRole("radio", { name: say(`memory.modes.${name}`), exact: true })
            .click();
        await mode("text");
        await goTo(walk, "text");
        await page
          .getByRole("gridcell", { name: /needle/ })
          .first()
          .waitFor();
        await mode("code");
        await goTo(walk, "outer");
        await page.getByRole("option", { name: /outer: push ebp/ }).waitFor();
        await walk.looks("memory as instructions");
        await mode("hex");
        await goTo(walk, "start");
        await page.getByRole("button", { name: say("memory.find"), exact: true }).click();
        const what = page.getByRole("textbox", { name: say("memory.findWhat") });
        await what.fill("needle");
        await what.press("Enter");
        await page.getByText(told("memory.found")).waitFor();
        await page.getByTestId("memory-byte").getByText("6e · 110 · n").waitFor();
        await page.getByRole("button", { name: say("memory.find"), exact: true }).click();
      },
    },
    {
      says: "memory: follow a register",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "memory");
        await leaveFields(walk);
        await toStart(walk);
        await press(page, "F4");
        await choose(walk, say("memory.follow"), "ESP");
        await page.locator(".memory-byte-place", { hasText: "00180000" }).waitFor();
        await choose(walk, say("memory.follow"), say("memory.followNone"));
      },
    },
    {
      says: "who wrote this byte last, one click back in time",
      async act(walk) {
        const { page, told } = walk;
        await openPanel(walk, "memory");
        await toEnd(walk);
        const end = await stepOf(page);
        await goTo(walk, "counter");
        await page.getByTestId("memory-byte").getByText("0b · 11").waitFor();
        await page.locator('[data-action="memory-who"]').click();
        await page.locator(".memory-written", { hasText: told("memory.who.guest", { ring: "1" }) }).waitFor();
        expect(await page.locator(".memory-written").innerText()).toMatch(/inc dword[\s\S]*0a/);
        expect(await stepOf(page)).toBeLessThan(end);
        await walk.looks("who wrote a byte");
      },
    },
    {
      says: "stack with frames and trap frames recognised",
      async act(walk) {
        const { page, say, told } = walk;
        await openPanel(walk, "stack");
        await leaveFields(walk);
        await toStart(walk);
        // Two calls deep.
        await toTrapBy(page, "CLI #GP");
        await page.getByRole("radio", { name: say("memory.stack.guest"), exact: true }).click();
        await page.getByText(told("memory.stack.returnTo", { place: "back" })).waitFor();
        await page.getByText(say("memory.stack.savedEbp", { depth: 0 })).waitFor();
        await walk.looks("the guest's stack");
        await page.getByRole("radio", { name: say("memory.stack.processor"), exact: true }).click();
        await page.getByText(told("memory.stack.frameOf", { name: "#GP", ring: "1" })).waitFor();
        await walk.looks("the VMM's stack");
      },
    },
    {
      says: "devices: PIC, PIT, UART",
      async act(walk) {
        const { page } = walk;
        await openPanel(walk, "devices");
        for (const group of ["pic-master", "pit", "uart"]) {
          await page.locator(`.facts[data-group^="${group}"]`).first().waitFor();
        }
        await walk.looks("devices");
      },
    },
    {
      says: "virtual CPU",
      async act(walk) {
        const { page, told } = walk;
        await openPanel(walk, "vcpu");
        await toTrap(walk);
        const level = page.locator('[data-group="privilege"] [data-fact="cpl"]');
        await level.getByText(told("system.side.was")).first().waitFor();
        await walk.looks("the virtual CPU");
      },
    },
    {
      says: "watches",
      async act(walk) {
        const { page, say } = walk;
        await openPanel(walk, "watches");
        await leaveFields(walk);
        await toStart(walk);
        const field = page.getByRole("textbox", { name: say("breakpoints.watches.add") });
        for (const text of ["[counter]", "real.cpl", "nonsense"]) {
          await field.fill(text);
          await field.press("Enter");
          await page.locator(`[data-watch="${text}"]`).waitFor();
        }
        const watch = page.locator('[data-watch="[counter]"]');
        await watch.getByText("0x00000007").waitFor();
        await leaveFields(walk);
        for (let i = 0; i < 3; i++) await press(page, "F4");
        await watch.getByText("0x00000008").waitFor();
        await watch.getByText("← 0x00000007").waitFor();
        await walk.looks("watches");
        await page.getByRole("button", { name: say("breakpoints.watches.removeAll") }).click();
      },
    },
    {
      says: "sensible layouts for 1440, 1024 and a phone: every panel is whole",
      async act(walk) {
        const { page, say, phone } = walk;
        await toTrap(walk);
        for (const id of PANEL_IDS) {
          await openPanel(walk, id);
          const panel = page.getByRole("region", { name: say(`app.panel.${id}`), exact: true });
          const box = (await panel.or(page.locator('[role="tabpanel"]:not([hidden]) > .panel')).first().boundingBox())!;
          expect(box.width, id).toBeGreaterThan(phone ? 380 : 250);
          expect(box.height, id).toBeGreaterThan(120);
          expect(box.x + box.width, id).toBeLessThanOrEqual(walk.look.width);
        }
        await walk.looks("every panel");
      },
    },
    {
      says: "docked panels that resize, hide and are remembered",
      async act(walk) {
        const { page, say, phone } = walk;
        if (phone) {
          // One panel at a time: all have a tab, and none can be lost.
          const names = await page.locator(".panel-tabs > .tab-list > .tab").allInnerTexts();
          for (const id of PANEL_IDS) expect(names).toContain(say(`app.panel.${id}`));
          return;
        }
        await openPanel(walk, "devices");
        await page.locator('[data-panel="devices"]').press("Delete");
        await page.locator('[data-panel="devices"]').waitFor({ state: "detached" });
        const handle = page.getByRole("separator", { name: say("app.resize") }).first();
        const width = async () => Math.round((await page.locator('[data-dock="text"]').boundingBox())!.width);
        const before = await width();
        await handle.focus();
        await page.keyboard.press("ArrowRight");
        await expect.poll(width).toBeGreaterThan(before);
        const after = await width();
        await page.reload();
        await ready(page);
        expect(await page.locator('[data-panel="devices"]').count()).toBe(0);
        expect(Math.abs((await width()) - after)).toBeLessThan(3);
        await page.getByRole("button", { name: say("app.panelMenu") }).click();
        await page.getByRole("menuitem", { name: say("app.resetLayout") }).click();
        await expect.poll(width).toBe(before);
      },
    },
  ],
};
