import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, afterEach, beforeAll } from "vitest";
import { keptWork, WORK_KEY } from "./kept.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Opening extends BrowserContextOptions {
  /** What follows the page's address: `?embed#1...`. */
  readonly hash?: string;
  /** The text of a program of the reader's own that was kept from an earlier visit. */
  readonly program?: string;
  /** Is run in the page before its own scripts. */
  readonly prepare?: () => void;
  /** Stays open for the tests that follow; others are closed when their test has ended, and their guests with them. */
  readonly shared?: boolean;
  /** The tour of the first visit begins. */
  readonly firstVisit?: boolean;
}

export interface Site {
  readonly url: string;
  /** A page in a profile of its own. Errors of the page fail the test through `problems`. */
  open(options?: Opening): Promise<Page>;
  readonly problems: string[];
}

/** Serves the built page and starts Chromium for the tests of a file. */
export function openSite(): Site {
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];
  const site = {
    url: "",
    problems,
    async open({
      hash = "",
      program,
      prepare,
      shared = false,
      firstVisit = false,
      ...options
    }: Opening = {}): Promise<Page> {
      const context = await browser!.newContext({
        viewport: { width: 1440, height: 900 },
        locale: "en-US",
        // Two cores: the page is not fetched twice for every test. Those of the offline page allow it.
        serviceWorkers: "block",
        ...options,
      });
      if (!firstVisit) {
        await context.addInitScript(() => {
          if (window.origin !== "null") localStorage.setItem("ringside.tour.v1", "seen");
        });
      }
      if (prepare !== undefined) await context.addInitScript(prepare);
      if (program !== undefined) {
        await context.addInitScript(
          ([key, kept]) => {
            // Once: what the page keeps afterwards is there again after a reload.
            if (window.origin === "null" || sessionStorage.getItem("begun") !== null) return;
            sessionStorage.setItem("begun", "yes");
            localStorage.setItem(key, kept);
          },
          [WORK_KEY, keptWork({ text: program })] as const,
        );
      }
      if (!shared) contexts.push(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => problems.push(String(error.stack ?? error)));
      await page.goto(site.url + hash);
      return page;
    },
  };
  beforeAll(async () => {
    const outDir = process.env.DIST ?? "dist";
    if (!existsSync(`${outDir}/index.html`)) await build({ build: { outDir }, logLevel: "error" });
    server = await preview({ build: { outDir }, preview: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
    site.url = `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}/`;
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return site;
}

/** Waits until a program is loaded and nothing is under way. */
export async function ready(page: Page): Promise<void> {
  await page.locator('[data-action="share"][aria-disabled="false"]').waitFor();
}

/** The step at which the page stands. */
export async function stepOf(page: Page): Promise<number> {
  const text = await page.getByTestId("step").innerText();
  return Number(text.replace(/\D/g, ""));
}

/** Does what moves the run, and waits until the step has changed and the page is at rest. */
export async function moved(page: Page, act: () => Promise<void>): Promise<void> {
  const before = await page.getByTestId("step").innerText();
  await act();
  await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
  await ready(page);
}

/** Presses a key and waits until the step has changed and the page is at rest. */
export const press = (page: Page, key: string): Promise<void> => moved(page, () => page.keyboard.press(key));

/** Goes on from trap to trap until one that an instruction has raised: `CLI #GP`. What a screen reader is told says so. */
export async function toTrapBy(page: Page, cause: string): Promise<void> {
  for (let traps = 0; traps < 20; traps++) {
    await press(page, "F8");
    const told = page
      .locator('.visually-hidden[role="status"][aria-live="polite"]')
      .filter({ hasText: new RegExp(`(Step|第) ${await stepOf(page)}\\b`) });
    await told.waitFor({ state: "attached" });
    if ((await told.innerText()).includes(cause)) return;
  }
  throw new Error(`no trap by ${cause}`);
}

/** The values of a register: physical, then the guest's if it is shown. */
export async function register(page: Page, name: string): Promise<readonly string[]> {
  const row = page.locator(".registers tbody tr", { has: page.getByRole("rowheader", { name, exact: true }) });
  const cells = await row.locator("td").all();
  return Promise.all(
    cells.map((cell) =>
      cell.locator(".value").evaluate((value) => value.textContent?.match(/[0-9a-f]+(:[0-9a-f]+)?/)?.[0] ?? ""),
    ),
  );
}

/** Opens the page with a program of the reader's own, and waits until it is loaded. */
export async function openProgram(site: Site, text: string, options: Opening = {}): Promise<Page> {
  const page = await site.open({ ...options, program: text });
  await ready(page);
  return page;
}
