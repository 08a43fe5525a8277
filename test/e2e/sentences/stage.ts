import type { Page } from "playwright-core";
import { expect } from "vitest";
import { press, ready, stepOf } from "../browser.ts";
import { leaveFields, numbersIn, openPanel, toStart, toTrap } from "./hands.ts";
import { beginWith, type Paragraph, type Walk } from "./walk.ts";

const slider = ({ page, say }: Walk) => page.getByRole("slider", { name: say("timeline.slider") });

/** The steps that the swimlanes show, first and last. */
async function range({ page, say }: Walk): Promise<readonly number[]> {
  const shown = page.getByRole("slider", { name: say("lanes.overview") });
  return numbersIn((await shown.getAttribute("aria-valuetext"))!).slice(0, 2);
}

/** The whole run, at its end, in the swimlanes. */
async function wholeRun(walk: Walk): Promise<number> {
  const { page } = walk;
  await leaveFields(walk);
  if (await page.locator('[data-action="run"][aria-disabled="false"]').count()) await press(page, "F5");
  const slide = slider(walk);
  await slide.focus();
  await page.keyboard.press("0");
  return Number(await slide.getAttribute("aria-valuemax"));
}

/** Clicks along the lowest lane until a mark opens. */
async function openMark({ page, say }: Walk): Promise<void> {
  const lane = (await page.locator(".lane-names li").last().boundingBox())!;
  const strip = (await page.getByRole("slider", { name: say("timeline.slider") }).boundingBox())!;
  for (let x = 8; x < strip.width; x += 11) {
    await page.mouse.click(strip.x + x, lane.y + lane.height / 2);
    if (await page.locator(".mark-card").count()) return;
    await ready(page);
  }
  throw new Error("no mark in the lowest lane");
}

/** Milliseconds that what moves on the stage goes on for. */
const movement = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const own = document
      .getAnimations()
      .filter(({ effect }) => (effect as KeyframeEffect).target?.closest("[data-stage]") != null);
    return Math.max(0, ...own.map(({ effect }) => Number(effect!.getComputedTiming().endTime)));
  });

export const stage: Paragraph = {
  name: "the stage",
  async begin(walk) {
    await beginWith(walk, {});
    await openPanel(walk, "stage");
  },
  sentences: [
    {
      says: "rings as a picture: who sits in which ring, and where execution is now",
      async act(walk) {
        const { page, say, told } = walk;
        const picture = page.getByRole("img", { name: told("stage.summary", { ring: "0" }) });
        await picture.waitFor();
        for (const ring of [0, 1, 2, 3] as const)
          await picture.getByText(say("stage.ring", { ring }), { exact: true }).waitFor();
        expect(await picture.locator(".seat.running").count()).toBe(1);
        expect(await picture.locator(".seat.ghost").count()).toBe(1);
        await walk.looks("the stage");
      },
    },
    {
      says: "the path of the last transition with what was pushed where",
      async act(walk) {
        const { page, say } = walk;
        await toTrap(walk);
        const stack = page.getByTestId("stack-drawing");
        await stack.waitFor();
        expect(await page.locator(".arrow").count()).toBe(1);
        for (const slot of ["ss", "esp", "eflags", "cs", "eip", "error"] as const) {
          expect(await stack.innerHTML()).toContain(say(`rings.slot.${slot}`));
        }
        await walk.looks("a trap on the stage");
        const outside = await page.locator("svg[data-stage]").evaluate((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("text")]
            .filter((text) => {
              const box = text.getBoundingClientRect();
              return box.left < frame.left - 1 || box.right > frame.right + 1;
            })
            .map((text) => text.textContent);
        });
        expect(outside).toEqual([]);
      },
    },
    {
      says: "animated when stepping, still under prefers-reduced-motion",
      async act(walk) {
        const { page } = walk;
        await toStart(walk);
        await page.evaluate(() => {
          const noted = window as unknown as { moved: boolean };
          noted.moved = false;
          document.addEventListener("animationstart", ({ target }) => {
            if ((target as Element).closest("[data-stage]")) noted.moved = true;
          });
        });
        // Steps that follow each other fast are not animated.
        await expect
          .poll(
            async () => {
              await page.keyboard.press("Alt+F5");
              await ready(page);
              await page.waitForTimeout(320);
              await press(page, "F8");
              return page.evaluate(() => (window as unknown as { moved: boolean }).moved);
            },
            { timeout: 10_000 },
          )
          .toBe(true);
        await page.emulateMedia({ reducedMotion: "reduce" });
        await press(page, "F8");
        await page.locator(".arrow").first().waitFor();
        expect(await movement(page)).toBe(0);
        await page.emulateMedia({ reducedMotion: null });
      },
    },
    {
      says: "swimlanes over guest time: which ring and who ran, every trap, injection, interrupt and I/O as a mark",
      async act(walk) {
        const { page, say } = walk;
        await wholeRun(walk);
        const names = (await page.locator(".lane-names li").allInnerTexts()).join("\n");
        for (const who of ["vmm", "guest-kernel"] as const) expect(names).toContain(say(`who.${who}`));
        // Where there is little room the marks share a lane.
        if (names.includes(say("timeline.events"))) expect(walk.look.height < 820 || walk.phone).toBe(true);
        else {
          for (const mark of ["trap", "handled", "injected", "io", "silent"] as const) {
            expect(names).toContain(say(`lanes.mark.${mark}`));
          }
        }
        await walk.looks("swimlanes");
      },
    },
    {
      says: "zoom from the whole run to one instruction",
      async act(walk) {
        const { page, say } = walk;
        const last = await wholeRun(walk);
        await expect.poll(() => range(walk)).toEqual([0, last]);
        for (let i = 0; i < 16; i++) await page.keyboard.press("+");
        await expect.poll(async () => (await range(walk))[0]!).toBeGreaterThan(last - 10);
        await page.getByRole("button", { name: say("lanes.fit") }).click();
        await expect.poll(() => range(walk)).toEqual([0, last]);
        await page.getByRole("button", { name: say("lanes.zoomIn") }).click();
        await expect.poll(async () => (await range(walk))[0]!).toBeGreaterThan(0);
      },
    },
    {
      says: "drag to travel",
      async act(walk) {
        const { page, told } = walk;
        const last = await wholeRun(walk);
        const box = (await slider(walk).boundingBox())!;
        await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
        await page.locator(".lane-hover", { hasText: told("lanes.hover") }).waitFor();
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
        await page.mouse.up();
        await expect.poll(async () => Math.round(((await stepOf(page)) / last) * 10)).toBe(5);
        await ready(page);
      },
    },
    {
      says: "click a mark for its reason and jump",
      async act(walk) {
        const { page, say } = walk;
        await wholeRun(walk);
        await openMark(walk);
        const card = page.locator(".mark-card");
        const told = card.locator(".mark-told").first();
        expect((await told.locator(".mark-reason").innerText()).length).toBeGreaterThan(10);
        const goal = numbersIn(await told.locator(".mark-place").innerText()).at(-1)!;
        await walk.looks("an open mark");
        await told.getByRole("button", { name: say("lanes.go") }).click();
        await expect.poll(() => stepOf(page)).toBe(goal);
        await ready(page);
      },
    },
    {
      says: "calm when running",
      async act(walk) {
        const { page, say } = walk;
        await beginWith(walk, { text: "        org 0x100000\nstart:  cli\n        jmp start\n" });
        await openPanel(walk, "stage");
        await page.keyboard.press("F5");
        await page.locator(".stage-picture .stack-empty", { hasText: say("rings.running.title") }).waitFor();
        expect(await page.locator(".stage-picture .arrow, .stage-picture .seat.running").count()).toBe(0);
        expect(await movement(page)).toBe(0);
        await walk.looks("a guest that runs");
        await page.keyboard.press("Escape");
        await page.locator(".seat.running").waitFor();
      },
    },
  ],
};
