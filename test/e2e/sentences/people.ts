import type { Page } from "playwright-core";
import { expect } from "vitest";
import { PANEL_IDS } from "../../../src/ui/layout/panel-ids.ts";
import { press, ready } from "../browser.ts";
import { sidewaysScroll } from "../looks.ts";
import { leaveFields, line, openPanel, toStart } from "./hands.ts";
import { beginWith, type Paragraph } from "./walk.ts";
import { sayIn } from "./words.ts";

const CHINESE = /[\u4e00-\u9fff]/;

/** What has the focus: whether it has a name, and whether it shows that it has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const style = getComputedStyle(element);
    const name = element.getAttribute("aria-label") ?? element.getAttribute("title") ?? element.textContent ?? "";
    const labelled = element.getAttribute("aria-labelledby") !== null || element.closest("label") !== null;
    const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
    return { tag: element.tagName, name: name.trim(), labelled, ring, body: element === document.body };
  });

export const people: Paragraph = {
  name: "people",
  begin: (walk) => beginWith(walk, { lesson: true }),
  sentences: [
    {
      says: "axe clean on every view: the first visit, a trap, the end of a run, a difference, an equivalence",
      async act(walk) {
        const { page, say } = walk;
        await page.getByRole("heading", { name: say("lesson.title") }).waitFor();
        await walk.looks("the first visit");
        await press(page, "F8");
        await walk.looks("a trap");
        await press(page, "F5");
        await walk.looks("the end of a run");
        await page.keyboard.press("Control+F9");
        await page.locator(".verdict.unequal").waitFor();
        await walk.looks("a difference");
        await page.getByRole("switch").click();
        await page.locator(".verdict.equal").waitFor();
        await walk.looks("an equivalence");
        await page.getByRole("switch").click();
        await page.locator(".verdict.unequal").waitFor();
        await page.getByRole("button", { name: say("compare.back") }).click();
        await ready(page);
      },
    },
    {
      says: "English and Simplified Chinese throughout, words for every event",
      async act(walk) {
        const { page, look, say } = walk;
        await leaveFields(walk);
        if (await page.locator('[data-action="run"][aria-disabled="false"]').count()) await press(page, "F5");
        await openPanel(walk, "events");
        await page.locator("button.event").first().waitFor();
        await page.locator(".event.waiting").first().waitFor({ state: "detached" });
        const told = await page.locator(".event-title, .event-reason").allInnerTexts();
        expect(told.length).toBeGreaterThan(4);
        expect(told.filter((text) => CHINESE.test(text) !== (look.language === "zh"))).toEqual([]);
        const other = look.language === "en" ? "zh" : "en";
        await page.locator('[data-action="language"]').click();
        await page.locator(`html[lang="${other === "zh" ? "zh-Hans" : "en"}"]`).waitFor();
        await page
          .getByRole("tab", { name: sayIn(other)("app.panel.events"), exact: true })
          .first()
          .waitFor();
        await page.locator('[data-action="language"]').click();
        await page
          .getByRole("tab", { name: say("app.panel.events"), exact: true })
          .first()
          .waitFor();
      },
    },
    {
      says: "colour-blind-safe palette with shapes: everyone has a letter, every event a sign",
      async act(walk) {
        const { page } = walk;
        const signs = await page.locator("button.event .badge").allInnerTexts();
        expect(signs.every((sign) => sign.trim() !== "")).toBe(true);
        await page.keyboard.press("Shift+F1");
        const kinds = page.getByRole("dialog").locator(".badge");
        await kinds.first().waitFor();
        // Sign and family together tell every kind apart.
        const all = await kinds.evaluateAll((found) => found.map((one) => `${one.className} ${one.textContent}`));
        expect(new Set(all).size).toBe(all.length);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await openPanel(walk, "stage");
        const seats = await page.locator("[data-stage] .seat:not(.ghost)").allTextContents();
        const letters = seats.map((seat) => seat.trim()[0]);
        expect(new Set(letters).size).toBe(letters.length);
      },
    },
    {
      says: "screen-reader announcements of steps and traps",
      async act(walk) {
        const { page, told } = walk;
        await leaveFields(walk);
        await toStart(walk);
        await press(page, "F8");
        const said = page
          .locator('.visually-hidden[role="status"][aria-live="polite"]')
          .filter({ hasText: told("announce.where", { ring: "0" }) });
        await said.waitFor({ state: "attached" });
        expect((await said.innerText()).length).toBeGreaterThan(40);
      },
    },
    {
      says: "full keyboard use: every control can be reached, has a name and shows that it has the focus",
      async act(walk) {
        const { page, say } = walk;
        await page.evaluate(() => {
          (document.activeElement as HTMLElement | null)?.blur();
          getSelection()?.removeAllRanges();
        });
        await page.locator(".brand").click();
        const seen: string[] = [];
        for (let i = 0; i < 24; i++) {
          await page.keyboard.press("Tab");
          const { tag, name, labelled, ring, body } = await focused(page);
          if (body) continue;
          expect(name !== "" || labelled, `${tag} after ${seen.at(-1)}`).toBe(true);
          expect(ring, `focus of ${name}`).toBe(true);
          seen.push(name);
        }
        expect(new Set(seen).size).toBeGreaterThan(12);
        const picker = page.getByRole("combobox", { name: new RegExp(`^${say("picker.strategy")}`) });
        await picker.focus();
        await page.keyboard.press("Enter");
        await page.getByRole("listbox").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("listbox").waitFor({ state: "detached" });
      },
    },
    {
      says: "reflow at 400 %",
      async act(walk) {
        const { page, look } = walk;
        await page.setViewportSize({ width: 320, height: 256 });
        await page.locator(".panel-tabs").waitFor();
        expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
        for (const action of ["run", "stepInto", "stepBack", "nextTrap", "share", "help"]) {
          const button = page.locator(`[data-action="${action}"]`).first();
          await button.scrollIntoViewIfNeeded();
          const box = (await button.boundingBox())!;
          expect(box.x >= 0 && box.x + box.width <= 320 && box.y >= 0 && box.y + box.height <= 256, action).toBe(true);
        }
        await walk.looks("400 %");
        await page.setViewportSize({ width: look.width, height: look.height });
        if (!walk.phone) await page.locator("[data-dock]").first().waitFor();
      },
    },
    {
      says: "first-run tour that can be left",
      async act(walk) {
        const { page, told } = walk;
        await beginWith(walk, { lesson: true, tour: true });
        for (let stop = 1; stop <= 5; stop++) {
          const tour = page.getByRole("dialog", { name: told("tour.label", { stop: String(stop) }) });
          await tour.waitFor();
          await walk.looks(`stop ${stop} of the tour`);
          const box = (await tour.boundingBox())!;
          const { width, height } = walk.look;
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
          if (stop === 5) await page.keyboard.press("Escape");
          else await tour.getByRole("button", { name: walk.say("tour.next"), exact: true }).click();
        }
        await page.locator(".tour").waitFor({ state: "detached" });
        await page.reload();
        await ready(page);
        expect(await page.locator(".tour").count()).toBe(0);
      },
    },
    {
      says: "empty, loading and error states that say what to do",
      async act(walk) {
        const { page, say } = walk;
        await beginWith(walk, { text: "start:  movv eax, 1\n" }, false);
        await page.locator(".where-now", { hasText: say("run.status.failed") }).waitFor();
        await openPanel(walk, "editor");
        await page.locator(".problems").waitFor();
        const silent: string[] = [];
        for (const id of PANEL_IDS) {
          if (id === "editor" || id === "console") continue;
          await openPanel(walk, id);
          const shown = walk.phone
            ? page.locator('.panel-tabs > .tab-content[data-state="active"]')
            : page
                .locator(".dock", { has: page.locator(`[data-panel="${id}"]`) })
                .locator(".dock-content:not([hidden])");
          const text = (await shown.locator(".panel").last().innerText()).replace(/\s+/g, " ");
          if (text.length < 8) silent.push(`${id}: ${text}`);
          if (["stage", "memory", "paging", "summary", "breakpoints"].includes(id)) await walk.looks(`${id}, empty`);
        }
        expect(silent).toEqual([]);
      },
    },
    {
      says: "a crash of the worker is reported and recovered without losing the source",
      async act(walk) {
        const { page, say } = walk;
        await page.addInitScript(() => {
          const Original = Worker;
          window.Worker = class extends Original {
            constructor(url: string | URL, options?: WorkerOptions) {
              super(url, options);
              if (options?.name === "ringside") (window as unknown as { simulator: Worker }).simulator = this;
            }
          };
        });
        await beginWith(walk, { text: "        org 0x100000\nstart:  cli ; dear to me\n        hlt\n" });
        await page.evaluate(() =>
          (window as unknown as { simulator: Worker }).simulator.dispatchEvent(
            new ErrorEvent("error", { message: "out of memory" }),
          ),
        );
        const alert = page.locator('.page-notice[role="alert"]');
        await alert.getByText(say("crash.kept")).waitFor();
        await walk.looks("a crash");
        await openPanel(walk, "editor");
        await line(page, "dear to me").waitFor();
        await alert.getByRole("button", { name: say("crash.again") }).click();
        await ready(page);
        await leaveFields(walk);
        await press(page, "F8");
      },
    },
  ],
};
