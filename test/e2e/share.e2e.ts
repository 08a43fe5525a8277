import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { decodeLink } from "../../src/share/link.ts";
import { openSite, press, ready, stepOf } from "./browser.ts";
import { looks, looksRight } from "./looks.ts";

const site = openSite();

async function openShare(page: Page, tab = "Link"): Promise<void> {
  await page.locator('[data-action="share"]').first().click();
  await page.getByRole("dialog").waitFor();
  await page.getByRole("tab", { name: tab, exact: true }).click();
}

/** The link to the present moment. */
async function linkOf(page: Page): Promise<string> {
  await openShare(page);
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return link;
}

test("a QR code on the page decodes to the link, and a link that is too long for one is said to be", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  await openShare(page, "QR code");
  const code = page.getByRole("img", { name: "QR code of the link to this moment" });
  await code.waitFor();
  const image = await code.evaluate(async (element) => {
    const side = (element as unknown as SVGSVGElement).viewBox.baseVal.width;
    const modules = element.querySelector(".qr-modules")!.getAttribute("d")!;
    const size = side * 4;
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white";
    context.fillRect(0, 0, size, size);
    context.scale(4, 4);
    context.fillStyle = "black";
    context.fill(new Path2D(modules));
    return { width: size, height: size, data: [...context.getImageData(0, 0, size, size).data] };
  });
  const decoded = decodeQR({ ...image, data: Uint8Array.from(image.data) });
  const other = await site.open({ hash: decoded.slice(decoded.indexOf("#")) });
  await other.getByText("Verified: the state here is the one that was shared.").waitFor();
  expect(await stepOf(other)).toBe(await stepOf(page));
  await page.keyboard.press("Escape");
  await page.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.insertText("; mine\n");
  await page.getByText("You changed the text.").waitFor();
  await page.keyboard.press("Control+Shift+F5");
  await expect.poll(() => stepOf(page)).toBe(0);
  await ready(page);
  await openShare(page, "QR code");
  await page.getByText("a QR code holds 2,953 at most").waitFor();
  expect(site.problems).toEqual([]);
});

/** What a link carries, as text. */
const carried = (href: string | null): string => JSON.stringify(decodeLink(href?.slice(href.indexOf("#")) ?? ""));

test("the frame's code works in another page, carries the edited text back, and touches nothing that the reader has", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F8");
  await openShare(page, "Embed");
  await page.getByRole("checkbox", { name: "Events" }).uncheck();
  const code = await page.getByRole("textbox", { name: "Code of the frame" }).inputValue();
  expect(code).toContain("?embed&hide=events#1.");
  const host = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>host</title><body style="margin:0"><h1>A course</h1>${code}`);
  }).listen(0, "127.0.0.1");
  try {
    const reader = await site.open();
    await ready(reader);
    await reader.locator('[data-saving="saved"]').waitFor();
    const own = await reader.evaluate(() => JSON.stringify(localStorage));
    await reader.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    const frame = reader.frameLocator("iframe");
    await frame.getByTestId("step").waitFor();
    await frame.locator('[data-action="stepInto"][aria-disabled="false"]').waitFor();
    expect(await frame.getByRole("tab").allInnerTexts()).not.toContain("Events");
    const before = await frame.getByTestId("step").innerText();
    await frame.locator('[data-action="stepInto"]').click();
    await expect.poll(() => frame.getByTestId("step").innerText()).not.toBe(before);
    await frame.locator(".monaco-editor .view-line", { hasText: "start:" }).first().click();
    await reader.keyboard.press("Home");
    await reader.keyboard.insertText("; changed in the frame\n");
    const wayOut = frame.getByRole("link", { name: "Open in Ringside" });
    await expect.poll(async () => carried(await wayOut.getAttribute("href"))).toContain("changed in the frame");
    const href = await wayOut.getAttribute("href");
    const back = await reader.context().newPage();
    await back.goto(href!);
    await back.locator(".monaco-editor .view-line", { hasText: "frame" }).first().waitFor();
    await back.getByText("You are looking at a moment that was shared with you.").waitFor();
    expect(await back.evaluate(() => localStorage.getItem("ringside.work.v1"))).not.toContain("changed in the frame");
    // But for which page has written it last.
    const work = (kept: string | null | undefined) => ({ ...JSON.parse(kept ?? "{}"), page: "" });
    const now = await back.evaluate(() => localStorage.getItem("ringside.work.v1"));
    expect(work(now)).toEqual(work((JSON.parse(own) as Record<string, string>)["ringside.work.v1"]));
    expect(site.problems).toEqual([]);
  } finally {
    host.close();
  }
});

looks.each([
  [480, 320],
  [800, 480],
])(
  "embedded at %i x %i the page is whole: steps, place, code, the way out; axe finds nothing",
  async (width, height) => {
    for (const [colorScheme, locale] of [
      ["light", "en-US"],
      ["dark", "zh-CN"],
    ] as const) {
      const page = await site.open({ hash: "?embed", viewport: { width, height }, colorScheme, locale });
      await page.locator('[data-action="stepInto"][aria-disabled="false"]').waitFor();
      await looksRight(page, `${width} ${locale}`);
      expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
        0,
      );
      for (const selector of ['[data-action="nextTrap"]', ".embed-open", ".monaco-editor, .editor textarea"]) {
        const box = await page.locator(selector).first().boundingBox();
        expect(box !== null && box.x >= 0 && box.x + box.width <= width && box.height > 20, selector).toBe(true);
      }
      await page.context().close();
    }
    expect(site.problems).toEqual([]);
  },
);

test("presenting: big type, what was executed and what is next, ring and IF, the reason; keys step, find traps and silent instructions, compare", async () => {
  const page = await site.open();
  await ready(page);
  await page.locator('[data-action="present"]').click();
  const show = page.getByRole("region", { name: "Presentation" });
  await show.waitFor();
  const where = () => page.getByTestId("present-step").innerText();
  const key = async (name: string) => {
    const before = await where();
    await page.keyboard.press(name);
    await expect.poll(where).not.toBe(before);
    return where();
  };
  const first = await key("ArrowRight");
  await show.locator('li.lit[aria-current="step"]').waitFor();
  const second = await key("ArrowRight");
  expect(await key("ArrowLeft")).toBe(first);
  expect(await key("PageDown")).toBe(second);
  await key("ArrowDown");
  expect(await show.locator(".present-reason h2").count()).toBeGreaterThan(0);
  expect((await show.locator(".present-reason p").first().innerText()).length).toBeGreaterThan(30);
  const size = await show
    .locator("li.lit code")
    .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeGreaterThan(20);
  expect(await show.locator("li.done").innerText()).toContain("just trapped");
  // Segment registers are loaded and PUSHFD is executed before.
  const done = () => show.locator("li.done").innerText();
  while (!(await done()).includes("popfd")) await key("Shift+ArrowRight");
  // POPFD has just been executed; the line after it is next.
  expect(await done()).toMatch(/popfd[\s\S]*just executed/);
  expect(await show.locator("li.lit").innerText()).toMatch(/mov eax, \[ticket\][\s\S]*next/);
  const facts = show.getByRole("table", { name: "Ring and interrupt flag" });
  expect(await facts.getByRole("row", { name: /^CPL/ }).innerText()).toMatch(/1\s+≠\s*0/);
  expect(await facts.getByRole("row", { name: /^IF/ }).innerText()).toMatch(/1\s+1/);
  const big = await facts
    .locator("td")
    .last()
    .evaluate((cell) => Number.parseFloat(getComputedStyle(cell).fontSize));
  expect(big).toBeGreaterThan(27);
  await show.getByRole("region", { name: "Counted" }).getByText("ticket").waitFor();
  await show.getByRole("region", { name: "Printed" }).waitFor();
  await page.keyboard.press("Control+F9");
  await show.locator(".consequence-delivery").waitFor();
  expect(await show.locator(".run").count()).toBe(2);
  await looksRight(page, "presenting the comparison");
  await page.keyboard.press("Escape");
  await facts.getByRole("columnheader", { name: "Bare metal" }).waitFor();
  expect(await facts.getByRole("row", { name: /^IF/ }).innerText()).toMatch(/1\s+1\s+≠\s*0/);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    await looksRight(page, `presenting at ${width}`);
  }
  await page.keyboard.press("Escape");
  await show.waitFor({ state: "detached" });
  expect(site.problems).toEqual([]);
});

test("the event log is saved as CSV and as JSON, whole, and the stage as SVG and PNG", async () => {
  const page = await site.open();
  await ready(page);
  await press(page, "F5");
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill("Export the event log");
  await page.keyboard.press("Enter");
  const save = async (name: string): Promise<Buffer> => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    expect(file.suggestedFilename()).toMatch(/^lesson-popf-/);
    await page.getByText(`Saved as ${file.suggestedFilename()}.`).waitFor();
    return readFileSync(await file.path());
  };
  const events = JSON.parse((await save("Event log: JSON")).toString()) as { index: number; title: string }[];
  const rows = (await save("Event log: CSV")).toString().trimEnd().split("\r\n");
  expect(events.length).toBeGreaterThan(10);
  expect(rows.length).toBe(events.length + 1);
  expect(rows[0]).toBe(
    "\ufeffindex,step,tick,cycles,kind,tenant,domain,cplBefore,cplAfter,eip,instruction,vector,errorCode,file,line,title,reason",
  );
  expect(events.map((event) => event.index)).toEqual(events.map((_, index) => index));
  expect((await save("Stage: SVG")).toString()).toMatch(/<svg[\s\S]*<\/svg>/);
  expect([...(await save("Stage: PNG")).subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  for (const tab of ["Link", "QR code", "Embed", "Export"]) {
    await page.getByRole("tab", { name: tab, exact: true }).click();
    await looksRight(page, tab);
  }
  expect(site.problems).toEqual([]);
});

test("after the first visit the page opens without a network, runs a program, and opens a link", async () => {
  const page = await site.open({ serviceWorkers: "allow" });
  await ready(page);
  await press(page, "F8");
  const step = await stepOf(page);
  const link = await linkOf(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  await press(page, "F5");
  await page.locator(".monaco-editor .view-line").first().waitFor();
  const other = await page.context().newPage();
  other.on("pageerror", (error) => site.problems.push(String(error)));
  await other.goto(link);
  await other.getByText("Verified: the state here is the one that was shared.").waitFor();
  expect(await stepOf(other)).toBe(step);
  await other.getByRole("combobox", { name: /^Program/ }).click();
  await other.getByRole("option", { name: "Serial echo", exact: true }).click();
  await ready(other);
  expect(site.problems).toEqual([]);
});

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};

/** Serves the built page; from `upgrade` on, another version of it whose title says so. */
async function versions() {
  const dist = process.env.DIST ?? "dist";
  let second = false;
  const server = createServer((request, response) => {
    const path = new URL(request.url!, "http://x").pathname.slice(1) || "index.html";
    try {
      const file = readFileSync(`${dist}/${path}`);
      const edit = (text: string): string =>
        path === "sw.js"
          ? text.replace(/[0-9a-f]{16}/, "second0000000000")
          : text.replace("<noscript>", '<noscript id="second">');
      response.setHeader("content-type", TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream");
      response.end(second && /^(sw\.js|index\.html)$/.test(path) ? edit(file.toString()) : file);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    upgrade: () => {
      second = true;
    },
    close: () => server.close(),
  };
}

test("a new version is offered and waits: until the reader changes to it, every page is the old one, whole", async () => {
  const served = await versions();
  try {
    const page = await site.open({ serviceWorkers: "allow" });
    await page.goto(served.url);
    await ready(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    served.upgrade();
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
    await page.getByText("A new version of Ringside is there.").waitFor();
    const other = await page.context().newPage();
    await other.goto(served.url);
    await ready(other);
    expect(await other.locator("noscript#second").count()).toBe(0);
    await page.getByRole("button", { name: "Change to it" }).click();
    await page.locator("noscript#second").waitFor({ state: "attached" });
    await ready(page);
    // The tab that is still of the old version gets its parts.
    await other.locator('[data-action="share"]').click();
    await other.getByRole("textbox", { name: "Link" }).waitFor();
  } finally {
    served.close();
  }
});

test("the page is installable: a manifest in the reader's language with icons that exist", async () => {
  for (const [locale, name] of [
    ["en-US", "Ringside: one x86 processor, several owners"],
    ["zh-CN", "Ringside：一个 x86 处理器，几个主人"],
  ] as const) {
    const page = await site.open({ locale });
    await ready(page);
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')!;
      const found = await (await fetch(link.href)).json();
      const icons = await Promise.all(
        found.icons.map(async ({ src }: { src: string }) => (await fetch(new URL(src, link.href))).status),
      );
      return { name: found.name as string, icons };
    });
    expect(manifest.name).toBe(name);
    expect(manifest.icons).toEqual([200, 200, 200, 200]);
    await page.context().close();
  }
});
