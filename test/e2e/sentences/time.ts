import type { Page } from "playwright-core";
import { expect } from "vitest";
import { press, ready, stepOf } from "../browser.ts";
import { GUEST } from "./guest.ts";
import { act, choose, cursorToLine, leaveFields, line, openPanel, toStart } from "./hands.ts";
import { beginWith, type Paragraph, type Walk } from "./walk.ts";

/** Stands before the guest's call, by running to the cursor. */
async function toCall(walk: Walk): Promise<number> {
  const { page } = walk;
  await openPanel(walk, "editor");
  await leaveFields(walk);
  await toStart(walk);
  await cursorToLine(page, GUEST, "call outer");
  await press(page, "Control+F7");
  await leaveFields(walk);
  return stepOf(page);
}

/** Says something on the command line, and answers all of its output. */
async function command(walk: Walk, ...lines: readonly string[]): Promise<string> {
  const { page, say } = walk;
  const field = page.getByRole("textbox", { name: say("time.commands.input"), exact: true });
  for (const text of lines) {
    await field.fill(text);
    await field.press("Enter");
    await page.locator(".commands-line button:enabled").waitFor();
  }
  return page.getByRole("log", { name: say("time.commands.output") }).innerText();
}

const closed = (page: Page) => page.getByRole("dialog").waitFor({ state: "detached" });

export const time: Paragraph = {
  name: "time",
  async begin(walk) {
    await beginWith(walk, { text: GUEST });
    await openPanel(walk, "editor");
    await line(walk.page, "call outer").waitFor();
  },
  sentences: [
    {
      says: "to cursor, and back to it",
      async act(walk) {
        const { page } = walk;
        const there = await toCall(walk);
        await page.locator(".monaco-editor .current-line").first().waitFor();
        await press(page, "F5");
        await page.locator(".file-tab").first().click();
        await cursorToLine(page, GUEST, "call outer");
        await press(page, "Control+Shift+F7");
        expect(await stepOf(page)).toBe(there);
      },
    },
    {
      says: "step, over, out, back",
      async act(walk) {
        const { page } = walk;
        const call = await toCall(walk);
        await press(page, "F10");
        const after = await stepOf(page);
        expect(after).toBeGreaterThan(call + 1);
        await press(page, "Control+F10");
        expect(await stepOf(page)).toBe(call);
        await press(page, "F11");
        expect(await stepOf(page)).toBe(call + 1);
        await press(page, "Control+F11");
        expect(await stepOf(page)).toBe(call);
        // Into the routine by one guest instruction: the processor's next step may be a trap that the call takes.
        await press(page, "F4");
        await press(page, "Shift+F11");
        expect(await stepOf(page)).toBe(after);
        await press(page, "Shift+F4");
        expect(await stepOf(page)).toBe(after - 1);
      },
    },
    {
      says: "run, run back",
      async act(walk) {
        const { page, say } = walk;
        await leaveFields(walk);
        await toStart(walk);
        await press(page, "F5");
        await page
          .getByTestId("outcome")
          .getByText(say("outcome.exited", { code: 0 }))
          .waitFor();
        await press(page, "Alt+F5");
        expect(await stepOf(page)).toBe(0);
      },
    },
    {
      says: "speed from one instruction a second to full",
      async act(walk) {
        const { page, say } = walk;
        await leaveFields(walk);
        await toStart(walk);
        const speed = page.getByRole("combobox", { name: new RegExp(`^${say("run.speed.title")}`) });
        await speed.click();
        await page.getByRole("option", { name: say("run.speed.slow", { count: 1 }), exact: true }).waitFor();
        await page.getByRole("option", { name: say("run.speed.slow", { count: 5 }), exact: true }).click();
        await page.getByRole("listbox").waitFor({ state: "detached" });
        await page.keyboard.press("F5");
        const seen = new Set<number>();
        await expect.poll(async () => seen.add(await stepOf(page)).size, { interval: 30 }).toBeGreaterThan(3);
        expect(await page.locator(".where-now").innerText()).toContain(say("run.status.walking"));
        await page.keyboard.press("Escape");
        await ready(page);
        expect(await stepOf(page)).toBeLessThan(40);
        await choose(walk, say("run.speed.title"), say("run.speed.full"));
      },
    },
    {
      says: "“what happened?” summary after a run: traps by kind, rings, time share",
      async act(walk) {
        const { page, say } = walk;
        await leaveFields(walk);
        await toStart(walk);
        await press(page, "F5");
        await page.getByRole("button", { name: say("run.whatHappened") }).click();
        const table = (name: "kinds" | "traps-by-vector" | "rings" | "silent") =>
          page.getByRole("table", { name: say(`time.summary.table.${name}`) });
        expect(await page.getByRole("table", { name: say("time.summary.time") }).innerText()).toMatch(/\d %|\d%/);
        expect(await table("traps-by-vector").innerText()).toContain("#GP");
        expect(await table("rings").innerText()).toContain("1 → 0");
        await walk.looks("the summary");
        const popf = table("silent").getByRole("row", { name: /POPFD/ });
        await popf.getByRole("button", { name: walk.told("time.summary.first", { name: "POPFD" }) }).click();
        await expect.poll(() => stepOf(page)).toBeGreaterThan(0);
        await ready(page);
      },
    },
    {
      says: "gdb and Bochs verbs in a command line: si, b, watch, x/8xw, info idt, reverse-stepi, modebp",
      async act(walk) {
        const { page } = walk;
        await openPanel(walk, "commands");
        await page.locator(".commands-line input").waitFor();
        await toStart(walk);
        await command(walk, "si", "si 5");
        expect(await stepOf(page)).toBe(6);
        await command(walk, "reverse-stepi");
        expect(await stepOf(page)).toBe(5);
        expect(await command(walk, "x/8xw start")).toMatch(/<start>: {2}0x[0-9a-f]{8} {2}0x[0-9a-f]{8}/);
        expect(await command(walk, "info idt real 14")).toContain("[0x0e #PF]");
        expect(await command(walk, "b here", "c")).toContain("cli");
        const breakpoint = await stepOf(page);
        await command(walk, "delete", "watch counter", "rc");
        expect(await stepOf(page)).toBeLessThan(breakpoint);
        await command(walk, "delete", "modebp", "c");
        expect(await stepOf(page)).toBeGreaterThan(0);
        await walk.looks("the command line");
        await command(walk, "delete");
      },
    },
    {
      says: "a command palette over the same actions",
      async act(walk) {
        const { page, say } = walk;
        await leaveFields(walk);
        await toStart(walk);
        await page.keyboard.press("F1");
        await page.getByRole("combobox", { name: say("time.palette.search") }).fill(say("action.nextTrap.label"));
        const first = page.getByRole("option").first();
        expect(await first.innerText()).toContain("F8");
        await walk.looks("the palette");
        await page.keyboard.press("Enter");
        await closed(page);
        await expect.poll(() => stepOf(page)).toBeGreaterThan(0);
        await ready(page);
      },
    },
    {
      says: "help that lists the actions, the verbs and the signs",
      async act(walk) {
        const { page, say } = walk;
        await page.keyboard.press("Shift+F1");
        const help = page.getByRole("dialog");
        await help.getByText("modebp").first().waitFor();
        const text = await help.innerText();
        for (const part of [
          say("action.stepBack.label"),
          "Ctrl+F11",
          "x/NFU",
          say("time.help.commands"),
          say("time.help.signs"),
        ]) {
          expect(text).toContain(part);
        }
        await walk.looks("help");
        await page.keyboard.press("Escape");
        await closed(page);
      },
    },
    {
      says: "rebindable keys with VS Code's as default and no clash with the browser's",
      async act(walk) {
        const { page, say, told } = walk;
        await leaveFields(walk);
        await act(walk, "keys");
        const name = say("action.stepInto.label");
        const change = page.getByRole("button", {
          name: new RegExp(`${told("time.keys.change", { name }).source}[:：]`),
        });
        await change.click();
        await page.keyboard.press("Control+r");
        await page
          .getByRole("alert")
          .filter({ hasText: say("time.keys.refused.reload") })
          .waitFor();
        await page.keyboard.press("F9");
        const conflict = page.getByRole("alert").filter({ hasText: told("time.keys.conflict", { key: "F9" }) });
        await conflict.waitFor();
        await walk.looks("a conflict of keys");
        await page.getByRole("button", { name: say("time.keys.keep") }).click();
        await change.click();
        await page.keyboard.press("Alt+k");
        await page.locator(".keys-said", { hasText: say("time.keys.set", { name, key: "Alt+K" }) }).waitFor();
        await page.keyboard.press("Escape");
        await closed(page);
        await toStart(walk);
        await press(page, "Alt+k");
        expect(await stepOf(page)).toBe(1);
        await act(walk, "keys");
        await page.getByRole("button", { name: say("time.keys.resetAll") }).click();
        await page.keyboard.press("Escape");
        await closed(page);
        await press(page, "F11");
        expect(await stepOf(page)).toBe(2);
      },
    },
    {
      says: "progress and cancel on anything long",
      async act(walk) {
        const { page, say } = walk;
        await beginWith(walk, { text: "        org 0x100000\nstart:  cli\n        sti\n        jmp start\n" });
        await page.keyboard.press("F5");
        const busy = page.getByTestId("busy");
        await busy.filter({ hasText: say("run.busy.run") }).waitFor();
        expect(await busy.innerText()).toMatch(/\d %/);
        expect(await page.getByRole("progressbar").count()).toBe(1);
        await walk.looks("a long run");
        await busy.getByRole("button", { name: say("run.cancel") }).click();
        await page.locator(".where-now", { hasText: say("cause.cancelled") }).waitFor();
      },
    },
  ],
};
