// `npm run screenshots`: builds the page and takes the pictures that the README shows, into public/.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "./find.mjs";
import { ensureInstalled, requireNode } from "./install.mjs";
import { repackPng } from "./png.mjs";
import { ROOT } from "./process.mjs";

const LIMIT = 200_000;
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/**
 * The page on a lecturer's screen, in a profile of its own, with the POPF lesson loaded.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 */
async function openLesson(browser, url) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    locale: "en-US",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await rest(page);
  return page;
}

/** @param {import("playwright-core").Page} page */
async function rest(page) {
  await page.locator('[data-action="share"][aria-disabled="false"]').waitFor();
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
async function take(page, name) {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const picture = repackPng(await page.screenshot());
  if (picture.length > LIMIT) throw new Error(`${name} has ${picture.length} bytes; ${LIMIT} are allowed.`);
  writeFileSync(join(ROOT, "public", name), picture);
  console.log(`public/${name}: ${picture.length} bytes`);
}

requireNode();
await ensureInstalled();
const executablePath = findTool("chromium");
if (executablePath === "") {
  console.error("No Chromium was found. `npm test` installs one.");
  process.exit(1);
}
const { build, preview } = await import("vite");
const { chromium } = await import("playwright-core");
const outDir = mkdtempSync(join(tmpdir(), "ringside-screenshots-"));
const options = { root: ROOT, logLevel: /** @type {const} */ ("error"), build: { outDir, emptyOutDir: true } };
await build(options);
const server = await preview({ ...options, preview: { port: 0, host: "127.0.0.1" } });
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const address = server.httpServer.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : ""}/`;
  const page = await openLesson(browser, url);

  await page.locator('.lesson [data-action="compare"]').click();
  await page.locator(".verdict.unequal").waitFor();
  await take(page, "screenshot.png");

  // The workbench at a trap of the guest kernel: LGDT, the third time that the VMM is entered.
  await page.getByRole("button", { name: "Back to the workbench" }).click();
  await page.locator(".stage").waitFor();
  await page.locator(".lesson-close").click();
  for (let trap = 0; trap < 3; trap++) {
    await rest(page);
    const before = await page.getByTestId("step").innerText();
    await page.locator('[data-action="nextTrap"]').click();
    await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
  }
  await rest(page);
  await take(page, "screenshot-workbench.png");
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
}
