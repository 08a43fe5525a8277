import type { Page } from "playwright-core";
import { expect } from "vitest";
import { ready, stepOf } from "../browser.ts";
import { GUEST } from "./guest.ts";
import { cursorToLine, leaveFields, openPanel, toStart } from "./hands.ts";
import { beginWith, type Paragraph, type Sentence, type Walk } from "./walk.ts";

const row = (page: Page) => page.locator(".bp-row");

async function removeAll({ page, say }: Walk): Promise<void> {
  await page.getByRole("button", { name: say("breakpoints.more") }).click();
  await page.getByRole("menuitem", { name: say("breakpoints.removeAll") }).click();
  await row(page).first().waitFor({ state: "detached" });
}

type Kind = "code" | "data" | "port" | "vector" | "ring" | "mode" | "silent";
interface Field {
  readonly label: (walk: Walk) => string;
  readonly text?: string;
  readonly option?: string;
}

/** Runs, and holds that the only breakpoint has stopped the run, and why. */
async function stops(walk: Walk, reason: RegExp): Promise<void> {
  const { page } = walk;
  await page.keyboard.press("F5");
  await page.locator(".bp-row.stopped").waitFor();
  await ready(page);
  expect(await page.getByTestId("outcome").innerText()).toMatch(reason);
  expect(await stepOf(page)).toBeGreaterThan(0);
  await walk.looks("a breakpoint that has stopped the run");
}

/** Sets a breakpoint of a kind by the panel's form, runs from the start and holds that it stops the run. */
const ofKind = (says: string, kind: Kind, fields: readonly Field[], reason: RegExp): Sentence => ({
  says: `breakpoints: ${says}`,
  async act(walk) {
    const { page, say } = walk;
    await openPanel(walk, "breakpoints");
    if ((await row(page).count()) > 0) await removeAll(walk);
    await toStart(walk);
    await page.getByRole("button", { name: say("breakpoints.add"), exact: true }).click();
    await page.getByRole("menuitem", { name: say(`breakpoints.kinds.${kind}`) }).click();
    for (const { label, text, option } of fields) {
      const name = { name: label(walk), exact: true };
      if (text !== undefined) await page.getByRole("textbox", name).fill(text);
      else await page.getByRole("combobox", name).selectOption(option!);
    }
    await walk.looks(`a breakpoint: ${kind}`);
    await page.getByRole("button", { name: say("breakpoints.set"), exact: true }).click();
    await row(page).first().waitFor();
    await stops(walk, reason);
  },
});

export const breakpoints: Paragraph = {
  name: "breakpoints",
  async begin(walk) {
    await beginWith(walk, { text: GUEST });
    await openPanel(walk, "breakpoints");
  },
  sentences: [
    {
      says: "breakpoints: line",
      async act(walk) {
        const { page } = walk;
        await openPanel(walk, "editor");
        await cursorToLine(page, GUEST, "dec ecx");
        await page.keyboard.press("F9");
        await page.locator(".glyph-break").waitFor();
        await leaveFields(walk);
        await openPanel(walk, "breakpoints");
        await stops(walk, /dec ecx/);
      },
    },
    ofKind(
      "conditional",
      "code",
      [
        { label: ({ say }) => say("breakpoints.field.place"), text: "again" },
        { label: ({ say }) => say("breakpoints.field.condition"), text: "ecx == 2" },
      ],
      /ecx == 2/,
    ),
    ofKind(
      "data, read",
      "data",
      [
        { label: ({ say }) => say("breakpoints.field.address"), text: "counter" },
        { label: ({ say }) => say("breakpoints.field.access"), option: "read" },
      ],
      /inc dword/,
    ),
    ofKind(
      "data, write",
      "data",
      [
        { label: ({ say }) => say("breakpoints.field.address"), text: "counter" },
        { label: ({ say }) => say("breakpoints.field.access"), option: "write" },
      ],
      /0x7 → 0x8/,
    ),
    ofKind(
      "port",
      "port",
      [{ label: ({ say }) => say("breakpoints.field.from"), text: "0xe9" }],
      /0x41.*0x0?e9|e9.*0x41/i,
    ),
    ofKind("on trap vector", "vector", [{ label: ({ say }) => say("breakpoints.field.vector"), option: "13" }], /#GP/),
    ofKind(
      "on ring change",
      "ring",
      [
        { label: ({ say }) => say("breakpoints.field.ringTo"), option: "0" },
        { label: ({ say }) => say("breakpoints.field.view"), option: "real" },
      ],
      /0/,
    ),
    ofKind("on mode change", "mode", [{ label: ({ say }) => say("breakpoints.field.switched"), option: "on" }], /./),
    ofKind("on “should have trapped but did not”", "silent", [], /PUSHF|POPF/i),
  ],
};
