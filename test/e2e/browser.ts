import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll } from "vitest";

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
    async open({ hash = "", firstVisit = false, ...options }: Opening = {}): Promise<Page> {
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
      contexts.push(context);
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
  afterAll(async () => {
    for (const context of contexts) await context.close();
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

/** Presses a key and waits until the step has changed and the page is at rest. */
export async function press(page: Page, key: string): Promise<void> {
  const before = await page.getByTestId("step").innerText();
  await page.keyboard.press(key);
  await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
  await ready(page);
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

/** Begins a program of one's own with this text, and waits until it is loaded. */
export async function typeProgram(page: Page, text: string): Promise<void> {
  await ready(page);
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill("New program");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: /My program/ }).waitFor();
  await ready(page);
  await page.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
  // Once the typing has paused, the run that has not begun takes the new text.
  await page.waitForTimeout(1000);
  await ready(page);
}
