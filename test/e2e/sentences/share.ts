import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { decodeLink } from "../../../src/share/link.ts";
import { press, ready, stepOf } from "../browser.ts";
import { act, leaveFields, line, numbersIn, openPanel, toStart } from "./hands.ts";
import { beginWith, type Paragraph, type Walk } from "./walk.ts";

const OWN = `        org 0x100000
start:  cli                     ; the reader's own
        sti
        hlt
`;

/** Opens the share dialog at one of its tabs. */
async function share({ page, say }: Walk, tab: "link" | "qr" | "embed" | "export"): Promise<void> {
  if ((await page.getByRole("dialog").count()) === 0) await page.locator('[data-action="share"]').first().click();
  await page
    .getByRole("dialog")
    .getByRole("tab", { name: say(`share.tab.${tab}`), exact: true })
    .click();
}

async function close({ page }: Walk): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** The link to the present moment. */
async function linkOf(walk: Walk): Promise<string> {
  const { page, say } = walk;
  await share(walk, "link");
  const link = await page.getByRole("textbox", { name: say("share.link"), exact: true }).inputValue();
  await walk.looks("a link");
  await close(walk);
  return link;
}

/** The second trap of the reader's own program. */
async function toMoment(walk: Walk): Promise<number> {
  await leaveFields(walk);
  await toStart(walk);
  await press(walk.page, "F8");
  await press(walk.page, "F8");
  return stepOf(walk.page);
}

export const shareAndEmbed: Paragraph = {
  name: "share and embed",
  begin: (walk) => beginWith(walk, { text: OWN }),
  sentences: [
    {
      says: "link; links to a moment open read-only beside the reader's own work until accepted",
      async act(walk) {
        const { page, say } = walk;
        const step = await toMoment(walk);
        const link = await linkOf(walk);
        await press(page, "F8");
        const open = (hash: string) =>
          page.evaluate((fragment) => {
            // Once: a second opening would undo what is done after the first.
            if (location.hash === fragment) window.dispatchEvent(new HashChangeEvent("hashchange"));
            else location.hash = fragment;
          }, hash);
        await open(link.slice(link.indexOf("#")));
        await page.getByText(say("link.verified")).waitFor();
        expect(await stepOf(page)).toBe(step);
        await walk.looks("a shared moment");
        expect(await page.evaluate(() => localStorage.getItem("ringside.work.v1"))).toContain("the reader's own");
        const notice = page.locator(".link-notice");
        await notice.getByRole("button", { name: say("action.backToOwn.label") }).click();
        await notice.waitFor({ state: "detached" });
        await ready(page);
        await open(link.slice(link.indexOf("#")));
        await notice.getByRole("button", { name: say("action.editCopy.label") }).click();
        await page.getByRole("combobox", { name: walk.told("picker.copyTitle") }).waitFor();
        await notice.waitFor({ state: "detached" });
        await ready(page);
      },
    },
    {
      says: "QR code",
      async act(walk) {
        const { page, say } = walk;
        await share(walk, "qr");
        const code = page.getByRole("img", { name: say("share.qrLabel") });
        await code.waitFor();
        expect((await code.boundingBox())!.width).toBeGreaterThan(150);
        await walk.looks("a QR code");
        await close(walk);
      },
    },
    {
      says: "export of the event log (CSV, JSON), the stage as SVG or PNG",
      async act(walk) {
        const { page, say } = walk;
        await toMoment(walk);
        await openPanel(walk, "stage");
        await share(walk, "export");
        const save = async (what: "events" | "stage", as: "csv" | "json" | "svg" | "png"): Promise<Buffer> => {
          const name = new RegExp(`${say(`share.${what}`)}.*${say(`share.${as}`)}`);
          const [file] = await Promise.all([
            page.waitForEvent("download"),
            page.getByRole("dialog").getByRole("button", { name }).click(),
          ]);
          return readFileSync(await file.path());
        };
        const events = JSON.parse((await save("events", "json")).toString()) as unknown[];
        const rows = (await save("events", "csv")).toString().trimEnd().split("\r\n");
        expect(events.length).toBeGreaterThan(2);
        expect(rows.length).toBe(events.length + 1);
        expect((await save("stage", "svg")).toString()).toMatch(/<svg[\s\S]*<\/svg>/);
        expect((await save("stage", "png")).subarray(1, 4).toString()).toBe("PNG");
        await walk.looks("export");
        await close(walk);
      },
    },
    {
      says: "presentation mode: big type, spotlight on the stage, arrow keys step",
      async act(walk) {
        const { page, say } = walk;
        await leaveFields(walk);
        await toStart(walk);
        await act(walk, "present");
        const show = page.getByRole("region", { name: say("present.label") });
        await show.waitFor();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        const step = async () => numbersIn(await page.getByTestId("present-step").innerText())[0];
        await page.keyboard.press("ArrowRight");
        await expect.poll(step).toBe(1);
        await page.keyboard.press("ArrowLeft");
        await expect.poll(step).toBe(0);
        await page.keyboard.press("ArrowDown");
        await expect.poll(step).toBeGreaterThan(1);
        const type = await show
          .locator("li.lit code")
          .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
        expect(type).toBeGreaterThanOrEqual(walk.phone ? 14 : 18);
        await show.locator("[data-stage]").waitFor();
        await walk.looks("presenting");
        await page.keyboard.press("Escape");
        await show.waitFor({ state: "detached" });
        await ready(page);
      },
    },
    {
      says: "iframe snippet: ?embed, with parts to hide and a link back that carries the edited code",
      async act(walk) {
        const { page, say, site } = walk;
        await toMoment(walk);
        await share(walk, "embed");
        await page.getByRole("checkbox", { name: say("app.panel.events") }).uncheck();
        const code = await page.getByRole("textbox", { name: say("share.snippet") }).inputValue();
        await walk.looks("the frame's code");
        const source = /src="([^"]+)"/.exec(code)![1]!.replaceAll("&amp;", "&");
        expect(source).toContain("?embed&hide=events#1.");
        await page.goto(source);
        await page.locator('[data-action="stepInto"][aria-disabled="false"]').waitFor();
        expect(await page.getByRole("tab").allInnerTexts()).not.toContain(say("app.panel.events"));
        await walk.looks("embedded");
        await line(page, "start:").click();
        await page.keyboard.press("Home");
        await page.keyboard.insertText("; changed in the frame\n");
        const back = page.getByRole("link", { name: say("embed.open") });
        const carried = async () => {
          const link = (await back.getAttribute("href"))!;
          return JSON.stringify(decodeLink(link.slice(link.indexOf("#"))));
        };
        await expect.poll(carried).toContain("changed in the frame");
        // From another page, as a reader would come.
        const href = (await back.getAttribute("href"))!;
        await page.goto(`${site.url}icon.svg`);
        await page.goto(href);
        await page.locator(".link-notice").waitFor();
        await openPanel(walk, "editor");
        await line(page, "changed in the frame").waitFor();
        expect(await page.evaluate(() => localStorage.getItem("ringside.work.v1"))).not.toContain(
          "changed in the frame",
        );
      },
    },
    {
      says: "installable and usable offline after the first visit",
      async act(walk) {
        const { site, look, say } = walk;
        const page = await site.open({
          viewport: { width: look.width, height: look.height },
          colorScheme: look.theme,
          locale: look.language === "en" ? "en-US" : "zh-CN",
          serviceWorkers: "allow",
        });
        await ready(page);
        const manifest = await page.evaluate(async () => {
          const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')!;
          return (await (await fetch(link.href)).json()) as { name: string; icons: unknown[] };
        });
        expect(manifest.icons.length).toBeGreaterThan(1);
        expect(/[\u4e00-\u9fff]/.test(manifest.name)).toBe(look.language === "zh");
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
        await page.evaluate(() => navigator.serviceWorker.ready);
        await page.context().setOffline(true);
        await page.reload();
        await ready(page);
        await press(page, "F5");
        await page
          .getByTestId("outcome")
          .getByText(say("outcome.exited", { code: 1 }))
          .waitFor();
        await page.context().close();
      },
    },
  ],
};
