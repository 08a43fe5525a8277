import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openProgram, openSite, press, ready, register, stepOf } from "./browser.ts";

const site = openSite();

const SLIDER = { name: "Moment of the run" } as const;
const stack = (page: Page) => page.getByTestId("stack-drawing");

/** Middle of a lane of marks, in the page's pixels. */
async function middleOf(page: Page, lane: string): Promise<number> {
  const label = page.locator(".lane-names li", { hasText: lane });
  const { y, height } = (await label.boundingBox())!;
  return y + height / 2;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Opens the first mark of a lane from `from` on: a press opens what is there, or travels there. Answers where it is. */
async function openMark(page: Page, lane: string, from = 0): Promise<Point> {
  const slider = page.getByRole("slider", SLIDER);
  const strip = (await slider.boundingBox())!;
  const y = await middleOf(page, lane);
  for (let x = Math.max(from, strip.x + 8); x < strip.x + strip.width; x += 11) {
    const before = await slider.getAttribute("aria-valuenow");
    await page.mouse.click(x, y);
    await page.waitForFunction(
      (step) =>
        document.querySelector(".mark-card") !== null ||
        document.querySelector(".strip")?.getAttribute("aria-valuenow") !== step,
      before,
    );
    if (await page.locator(".mark-card").count()) return { x, y };
  }
  throw new Error(`no mark in the lane ${lane}`);
}

/** Slows the page's own thread down, as on a small machine. */
async function throttle(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

async function range(page: Page): Promise<readonly [number, number]> {
  const text = await page.getByRole("slider", { name: "Part of the run that is shown" }).getAttribute("aria-valuetext");
  const [from, to] = text!.match(/[\d,]+/g)!.map((part) => Number(part.replaceAll(",", "")));
  return [from!, to!];
}

describe("the stage", () => {
  test("a trap shows its path, its vector and the frame that the processor pushed; the return pops one", async () => {
    const page = await site.open();
    await ready(page);
    await press(page, "F8");
    await stack(page).waitFor();
    const text = await stack(page).innerHTML();
    for (const part of ["Pushed on VMM’s", "ESP0 of TSS ffe8", "old SS", "old EFLAGS", "error code"]) {
      expect(text).toContain(part);
    }
    expect(await page.locator(".move-label").textContent()).toContain("#PF(0)");
    expect(await page.locator(".arrow").count()).toBe(1);
    // At 1440 by 900 all of it is in sight, and the position stands in the bar beside the controls.
    const hidden = await page.locator(".stage-body").evaluate((body) => body.scrollHeight - body.clientHeight);
    expect(hidden).toBeLessThanOrEqual(0);
    const [bar, where] = await Promise.all([".run-bar", ".where-now"].map((part) => page.locator(part).boundingBox()));
    expect(bar!.height).toBeLessThan(56);
    expect(where!.x + where!.width).toBeLessThanOrEqual(bar!.x + bar!.width);
    const cut = await page.locator(".where-now").evaluate((part) => part.scrollWidth - part.clientWidth);
    expect(cut).toBeLessThanOrEqual(0);
    const esp = (await register(page, "ESP"))[0]!;
    expect(await page.locator(".stack-esp").textContent()).toContain(esp);
    // Through the VMM and back by IRET.
    await press(page, "F11");
    await press(page, "F11");
    await stack(page).waitFor();
    expect((await page.locator(".stack-title").allTextContents()).join(" ")).toBe("Popped off VMM’s stack");
    expect(await page.locator(".stack.popped .stack-cell").count()).toBe(5);
    const eip = (await register(page, "EIP"))[0]!;
    expect(await page.locator(".stack-cell").last().textContent()).toContain(eip);
    expect(site.problems).toEqual([]);
  });

  test("moves shortly when stepping, and not at all for those who want no motion", async () => {
    const longest = (page: Page) =>
      page.evaluate(() => {
        const ends = document.getAnimations().filter((animation) => {
          const target = (animation.effect as KeyframeEffect).target;
          return target?.closest("[data-stage]") !== null;
        });
        return Math.max(0, ...ends.map((animation) => Number(animation.effect!.getComputedTiming().endTime)));
      });
    const page = await site.open();
    await ready(page);
    await page.evaluate(() => {
      (window as never as { moved: number }).moved = 0;
      document.addEventListener("animationstart", (event) => {
        if ((event.target as Element).closest("[data-stage]")) (window as never as { moved: number }).moved++;
      });
    });
    await page.keyboard.press("F8");
    await page.locator(".move").waitFor();
    const time = await longest(page);
    expect(time).toBeLessThan(400);
    await page.waitForFunction(() => (window as never as { moved: number }).moved > 0);

    const still = await site.open({ reducedMotion: "reduce" });
    await ready(still);
    await still.keyboard.press("F8");
    await still.locator(".move").waitFor();
    expect(await longest(still)).toBe(0);
    expect(site.problems).toEqual([]);
  });

  test("is calm while a guest runs: shares and counts, no arrows, nobody flickers", async () => {
    const page = await openProgram(site, "        org 0x100000\nstart:  inc eax\n        cli\n        jmp start\n");
    await page.keyboard.press("F5");
    await page.locator(".stage-picture .stack-empty", { hasText: "Running" }).waitFor();
    expect(await page.locator(".stage-picture .seat-note").first().textContent()).toMatch(/% of the steps/);
    for (let i = 0; i < 5; i++) {
      expect(await page.locator(".stage-picture .arrow, .stage-picture .seat.running").count()).toBe(0);
      await page.waitForTimeout(60);
    }
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator(".seat.running").waitFor();
    expect(site.problems).toEqual([]);
  });
});

describe("the swimlanes", () => {
  test("a mark says its reason and its line, and leads there", async () => {
    const page = await site.open();
    await ready(page);
    await press(page, "F5");
    // The marks of the whole run are drawn, not those of some moment of it.
    await page.locator(`.strip[data-drawn="0 ${await stepOf(page)}"]`).waitFor();
    await throttle(page, 6);
    const card = page.locator(".mark-card");
    const silentMov = card.getByText("did not trap: MOV").first();
    let first = await openMark(page, "Did not trap");
    // A window of the timeline that comes late closes the card of the one before: then it is opened once more.
    const opened = await silentMov.waitFor({ timeout: 6000 }).then(
      () => true,
      () => false,
    );
    if (!opened) first = await openMark(page, "Did not trap");
    await silentMov.waitFor();
    // Another mark is opened in its place, however soon: there is no trace of the card before.
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });
    const second = await openMark(page, "Did not trap", first.x + 22);
    await card.getByText("did not trap: PUSHFD").first().waitFor();
    await page.mouse.click(first.x, first.y);
    await card.getByText("did not trap: MOV").first().waitFor();
    await page.evaluate(
      async ([y, ...places]) => {
        const strip = document.querySelector<HTMLElement>(".strip")!;
        for (const x of places) {
          const facts = {
            bubbles: true,
            cancelable: true,
            clientX: x,
            clientY: y!,
            pointerId: 1,
            pointerType: "mouse",
          };
          strip.dispatchEvent(new PointerEvent("pointerdown", facts));
          strip.focus();
          strip.dispatchEvent(new PointerEvent("pointerup", facts));
          strip.dispatchEvent(new MouseEvent("click", facts));
          await Promise.resolve();
        }
      },
      // Beside the marks, and on one before the page has had time for anything else.
      [first.y, first.x + 22, second.x],
    );
    await card.getByText("did not trap: PUSHFD").first().waitFor();
    await throttle(page, 1);
    expect(await card.innerText()).toMatch(/\.(asm|inc), line \d+/);
    await card.getByRole("button", { name: "Go there" }).first().click();
    await ready(page);
    await page.locator(".caption", { hasText: "Did not trap" }).waitFor();
    expect(await page.getByRole("slider", SLIDER).evaluate((element) => element === document.activeElement)).toBe(true);
    // By keyboard: Enter opens what is here, Page Up goes to the next event.
    await page.keyboard.press("Enter");
    await card.waitFor();
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });
    const here = await stepOf(page);
    await press(page, "PageUp");
    expect(await stepOf(page)).toBeGreaterThan(here);
    await press(page, "PageDown");
    expect(await stepOf(page)).toBe(here);
    expect(site.problems).toEqual([]);
  });

  test("zoom by keys, wheel, double click and buttons from the whole run to single steps, and pan", async () => {
    const page = await site.open();
    await ready(page);
    await press(page, "F5");
    const last = await stepOf(page);
    expect(await range(page)).toEqual([0, last]);
    const slider = page.getByRole("slider", SLIDER);
    await slider.focus();
    for (let i = 0; i < 14; i++) await page.keyboard.press("+");
    const [from, to] = await range(page);
    expect(to - from).toBeLessThanOrEqual(9);
    expect(to).toBe(last);
    // Travelling takes the view along.
    await press(page, "Home");
    expect((await range(page))[0]).toBe(0);
    await page.getByRole("button", { name: "The whole run" }).click();
    expect(await range(page)).toEqual([0, last]);

    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.wheel(0, -600);
    await page.waitForTimeout(50);
    const wheeled = await range(page);
    expect(wheeled[1] - wheeled[0]).toBeLessThan(last * 0.6);
    expect(Math.abs((wheeled[0] + wheeled[1]) / 2 - last / 2)).toBeLessThan(last * 0.1);
    await page.mouse.wheel(0, 6000);
    await page.mouse.dblclick(box.x + box.width / 4, box.y + 20);
    await ready(page);
    const doubled = await range(page);
    expect(doubled[1] - doubled[0]).toBeLessThan(last * 0.3);

    const overview = page.getByRole("slider", { name: "Part of the run that is shown" });
    const strip = (await overview.boundingBox())!;
    const middle = (doubled[0] + doubled[1]) / 2 / last;
    await page.mouse.move(strip.x + strip.width * middle, strip.y + 8);
    await page.mouse.down();
    await page.mouse.move(strip.x + strip.width * 0.8, strip.y + 8, { steps: 4 });
    await page.mouse.up();
    const moved = await range(page);
    expect(moved[0]).toBeGreaterThan(doubled[0]);
    expect(Math.abs(moved[1] - moved[0] - (doubled[1] - doubled[0]))).toBeLessThanOrEqual(1);
    await overview.focus();
    await page.keyboard.press("Home");
    expect((await range(page))[0]).toBe(0);
    expect(site.problems).toEqual([]);
  });

  test("two fingers zoom, on a screen and on a touchpad, and one finger travels", async () => {
    const page = await site.open({ hasTouch: true });
    await ready(page);
    await press(page, "F5");
    const last = await stepOf(page);
    const box = (await page.getByRole("slider", SLIDER).boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const at = (share: number, id: number) => ({ x: box.x + box.width * share, y: box.y + 22, id });
    const fingers = (type: "touchStart" | "touchMove" | "touchEnd", ...shares: number[]) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints: shares.map(at) });
    await fingers("touchStart", 0.45);
    await fingers("touchStart", 0.45, 0.55);
    for (let spread = 0.06; spread <= 0.2; spread += 0.02) await fingers("touchMove", 0.5 - spread, 0.5 + spread);
    await fingers("touchEnd");
    await page.waitForFunction((end) => {
      const text = document.querySelector(".overview")?.getAttribute("aria-valuetext") ?? "";
      const [from, to] = text.match(/[\d,]+/g)!.map((part) => Number(part.replaceAll(",", "")));
      return to! - from! < end * 0.3;
    }, last);
    const pinched = await range(page);
    expect(pinched[1] - pinched[0]).toBeGreaterThan(last * 0.2);
    expect(Math.abs((pinched[0] + pinched[1]) / 2 - last / 2)).toBeLessThan(last * 0.03);
    // The first of two fingers has not travelled; a single one does.
    expect(await stepOf(page)).toBe(last);
    await fingers("touchStart", 0.5);
    await fingers("touchEnd");
    await page.waitForFunction((end) => {
      const step = Number(document.querySelector('[data-testid="step"]')?.textContent?.replace(/\D/g, ""));
      return step > 0.4 * end && step < 0.6 * end;
    }, last);
    await ready(page);

    const zoomed = await range(page);
    const touchpad = { type: "mouseWheel", x: box.x + box.width / 2, y: box.y + 22, modifiers: 2 } as const;
    for (let i = 0; i < 10; i++) {
      await touch.send("Input.dispatchMouseEvent", { ...touchpad, deltaX: 0, deltaY: 10 });
    }
    await page.waitForFunction((before) => {
      const text = document.querySelector(".overview")?.getAttribute("aria-valuetext") ?? "";
      const [from, to] = text.match(/[\d,]+/g)!.map((part) => Number(part.replaceAll(",", "")));
      return to! - from! > before * 2;
    }, zoomed[1] - zoomed[0]);
    // The page itself has not been zoomed.
    expect(await page.evaluate(() => window.visualViewport!.scale)).toBe(1);
    expect(site.problems).toEqual([]);
  });

  test("dragging travels, the pointer says step, instruction and who, and the axis counts instructions too", async () => {
    const page = await site.open();
    await ready(page);
    await press(page, "F5");
    const last = await stepOf(page);
    const box = (await page.getByRole("slider", SLIDER).boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
    await page.locator(".lane-hover", { hasText: /step [\d,]+ · instruction [\d,]+ · .+, ring \d/ }).waitFor();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await ready(page);
    await page.waitForFunction((end) => {
      const step = Number(document.querySelector('[data-testid="step"]')?.textContent?.replace(/\D/g, ""));
      return step > 0.4 * end && step < 0.6 * end;
    }, last);

    await page.getByRole("radio", { name: "Instructions" }).click();
    const [, ticks] = await range(page);
    expect(ticks).toBeLessThan(last);
    await page.getByRole("slider", SLIDER).focus();
    await press(page, "Home");
    await press(page, "ArrowRight");
    await press(page, "Shift+ArrowRight");
    expect(await page.getByRole("slider", SLIDER).getAttribute("aria-valuetext")).toMatch(/instruction 11,/);
    expect(site.problems).toEqual([]);
  });
});
