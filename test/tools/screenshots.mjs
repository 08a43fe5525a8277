// `npm run screenshots`: builds the page and takes the pictures that the READMEs show, into public/. With names of views
// (`npm run screenshots -- memory stack`) it takes those alone. DIST may name a folder with the page built already.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { findTool } from "./find.mjs";
import { ensureInstalled, requireNode } from "./install.mjs";
import { repackPng } from "./png.mjs";
import { ROOT } from "./process.mjs";
import { rest, VIEWS } from "./views.mjs";

/** Bytes that a picture may have: in the README, and elsewhere. */
const LIMITS = { readme: 200_000, other: 140_000 };
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** @param {import("./views.mjs").View} view */
function fileOf({ name, readme }) {
  return readme ? `public/${name}.png` : `public/views/${name}.png`;
}

/**
 * The page with the POPF lesson loaded, in a profile of its own whose reader has had the tour.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("./views.mjs").View} view
 */
async function open(browser, url, { size: [width, height], search = "", theme = "light", locale = "en-US" }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  await context.addInitScript(() => localStorage.setItem("ringside.tour.v1", "seen"));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url + search);
  await page.locator('[data-action="stepInto"][aria-disabled="false"]').waitFor();
  if (width > 820) {
    await page.locator(".monaco-editor .view-line").first().waitFor();
    await rest(page);
  }
  return page;
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("./views.mjs").View} view
 */
async function take(browser, url, view) {
  const page = await open(browser, url, view);
  const part = (await view.reach(page)) ?? page;
  if (!view.pointer) await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const picture = repackPng(await part.screenshot());
  await page.context().close();
  const file = fileOf(view);
  const limit = view.readme ? LIMITS.readme : LIMITS.other;
  if (picture.length > limit) throw new Error(`${file} has ${picture.length} bytes; ${limit} are allowed.`);
  mkdirSync(join(ROOT, dirname(file)), { recursive: true });
  writeFileSync(join(ROOT, file), picture);
  console.log(`${file}: ${picture.length} bytes`);
}

/** Takes away the pictures of views that are no more. */
function tidy() {
  const known = new Set(VIEWS.map((view) => basename(fileOf(view))));
  const folder = join(ROOT, "public/views");
  for (const file of readdirSync(folder)) if (!known.has(file)) rmSync(join(folder, file));
}

requireNode();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !VIEWS.some((view) => view.name === name));
if (unknown.length > 0) {
  console.error(`No view is named ${unknown.join(", ")}. There are: ${VIEWS.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}
await ensureInstalled();
const executablePath = findTool("chromium");
if (executablePath === "") {
  console.error("No Chromium was found. `npm test` installs one.");
  process.exit(1);
}
const { build, preview } = await import("vite");
const { chromium } = await import("playwright-core");
const made = process.env.DIST === undefined ? mkdtempSync(join(tmpdir(), "ringside-screenshots-")) : null;
const outDir = made ?? process.env.DIST;
const options = { root: ROOT, logLevel: /** @type {const} */ ("error"), build: { outDir, emptyOutDir: true } };
if (made !== null) await build(options);
const server = await preview({ ...options, preview: { port: 0, host: "127.0.0.1" } });
const browser = await chromium.launch({ executablePath, args: FLAGS });
const failures = [];
try {
  const address = server.httpServer.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : ""}/`;
  for (const view of VIEWS) {
    if (names.length > 0 && !names.includes(view.name)) continue;
    // One picture that cannot be taken keeps none of the others from being taken.
    await take(browser, url, view).catch((error) => failures.push(`${view.name}: ${error.message}`));
  }
  if (names.length === 0) tidy();
} finally {
  await browser.close();
  await server.close();
  if (made !== null) rmSync(made, { recursive: true, force: true });
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
