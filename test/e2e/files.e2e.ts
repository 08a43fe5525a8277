import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { openSite, press, ready, stepOf } from "./browser.ts";
import { looksRight } from "./looks.ts";

const site = openSite();

/** A page without the File System Access API, which headless browsers cannot answer: files go by input and download. */
function withoutPickers(): void {
  Reflect.deleteProperty(window, "showOpenFilePicker");
  Reflect.deleteProperty(window, "showSaveFilePicker");
}

async function open(options: Parameters<typeof site.open>[0] = {}, prepare = withoutPickers): Promise<Page> {
  const page = await site.open({ ...options, prepare });
  await ready(page);
  await page.locator(".monaco-editor .view-line").first().waitFor();
  // The text has the room that the lesson and the tour would take.
  const tour = page.getByRole("button", { name: /^(Leave the tour|离开导览)$/ });
  if (await tour.isVisible()) await tour.click();
  const lesson = page.getByRole("button", { name: /^(Hide the lesson|隐藏课程)$/ });
  if (await lesson.isVisible()) await lesson.click();
  return page;
}

/** Puts the keyboard into the editor. */
async function intoEditor(page: Page): Promise<void> {
  await page.locator(".monaco-editor textarea, .monaco-editor .native-edit-context").first().focus();
}

/** Types at the end of the file that the editor shows. */
async function typeAtEnd(page: Page, text: string): Promise<void> {
  await intoEditor(page);
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(text);
}

async function menu(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: /^Files:/ }).click();
  await page.getByRole("menuitem", { name }).click();
}

async function palette(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill(name);
  await page.keyboard.press("Enter");
}

interface Given {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}
const given = (name: string, contents: string | readonly number[]): Given => ({
  name,
  mimeType: "application/octet-stream",
  buffer: typeof contents === "string" ? Buffer.from(contents) : Buffer.from(contents),
});

/** Opens local files by the picker. */
async function openLocal(page: Page, ...files: Given[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+O");
  await (await chooser).setFiles(files);
}

/** Saves by a menu entry, and answers the name and the bytes of the download. */
async function save(page: Page, name: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const coming = page.waitForEvent("download");
  await menu(page, name);
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync((await download.path())!) };
}

const SMALL = 'org 0x100000\n%include "more.inc"\nstart: mov eax, VALUE\n hlt\n';

describe("a run that is under way", () => {
  test("is not lost by typing: the page says what runs, shows it, restarts, and undoes", async () => {
    const page = await open();
    await press(page, "F11");
    await press(page, "F11");
    await typeAtEnd(page, "\n; typed\n        nop\n");
    const notice = page.getByText("You changed the text. The run stays on the text before.");
    await notice.waitFor();
    expect(await stepOf(page)).toBe(2);
    await press(page, "F11");
    expect(await stepOf(page)).toBe(3);

    await page.getByRole("button", { name: "Show the text that runs" }).click();
    await page.getByText("This is the text that runs, read-only.").waitFor();
    await page.keyboard.press("Control+End");
    expect(await page.locator(".monaco-editor .view-line", { hasText: "; typed" }).count()).toBe(0);
    await page.getByRole("button", { name: "Show my text" }).click();
    await notice.waitFor();

    await page.getByRole("button", { name: "Undo my changes" }).click();
    await notice.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Bring them back" }).click();
    await notice.waitFor();
    expect(await stepOf(page)).toBe(3);

    await page.getByRole("button", { name: "Restart with the new text" }).click();
    await notice.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.querySelector('[data-testid="step"]')?.textContent === "step 0");
    await page.getByRole("button", { name: "Go back to it" }).click();
    await notice.waitFor();
    expect(await stepOf(page)).toBe(3);
    expect(site.problems).toEqual([]);
  });

  test("is left without a question when it can be repeated, and had again by one click", async () => {
    const page = await open();
    await press(page, "F8");
    const step = await stepOf(page);
    await page.getByRole("combobox", { name: /^Who runs it/ }).click();
    await page.getByRole("option", { name: /^Bare metal/ }).click();
    const back = page.getByRole("button", { name: "Go back to it" });
    await back.waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await back.click();
    await page.getByRole("combobox", { name: /Trap and emulate/ }).waitFor();
    await page.waitForFunction(
      (at) => document.querySelector('[data-testid="step"]')?.textContent === `step ${at}`,
      step,
    );
  });

  test("is asked about when it holds what the reader sent to the guest", async () => {
    const page = await open();
    await press(page, "F11");
    await page.getByRole("textbox", { name: "Send a line to the guest" }).fill("hi");
    await page.keyboard.press("Enter");
    await ready(page);
    await palette(page, "New program");
    const dialog = page.getByRole("dialog", { name: "Leave this run?" });
    await dialog.getByText("3 bytes that you sent").waitFor();
    await looksRight(page, "the question");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("combobox", { name: /^Program: Why/ }).count()).toBeLessThanOrEqual(1);
    expect(await page.getByRole("combobox", { name: /My program/ }).count()).toBe(0);
    await palette(page, "New program");
    await dialog.getByRole("button", { name: "Leave it" }).click();
    await page.getByRole("combobox", { name: /My program 1/ }).waitFor();
    await page.getByRole("button", { name: "Go back to it" }).waitFor();
  });
});

describe("what is written", () => {
  test("is kept by the browser, which says so, and survives a reload", async () => {
    const page = await open();
    await page.locator('[data-saving="saved"]').waitFor();
    // What the sign says passes in a quarter of a second.
    const said = await page.locator(".saved-sign").evaluateHandle((sign) => {
      const states = [sign.getAttribute("data-saving")];
      const look = () => states.push(sign.getAttribute("data-saving"));
      new MutationObserver(look).observe(sign, { attributeFilter: ["data-saving"] });
      return states;
    });
    await typeAtEnd(page, "\n; kept over a reload\n");
    await expect.poll(() => said.jsonValue()).toEqual(["saved", "pending", "saved"]);
    await page.reload();
    await ready(page);
    await page
      .locator(".file-tab", { hasText: "lesson-popf.asm" })
      .getByText("changed by you")
      .waitFor({ state: "attached" });
  });

  test("is not lost in silence when the browser's storage is full", async () => {
    const page = await open();
    await page.evaluate(() => {
      let size = 1 << 20;
      for (let i = 0; size > 0; i++) {
        try {
          localStorage.setItem(`filler-${i}`, "x".repeat(size));
        } catch {
          size >>= 1;
        }
      }
    });
    await typeAtEnd(page, `\n; ${"long ".repeat(400)}\n`);
    await page.getByRole("alert").getByText("The browser’s storage is full").waitFor();
    await looksRight(page, "a full storage");
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) if (key.startsWith("filler-")) localStorage.removeItem(key);
    });
    await typeAtEnd(page, "\n; and on\n");
    await page.locator('[data-saving="saved"]').waitFor();
    expect(await page.getByText("The browser’s storage is full").count()).toBe(0);
  });
});

test("two pages of one browser lose nothing of what is written on either", async () => {
  const one = await open();
  await palette(one, "New program");
  await one.getByRole("combobox", { name: /My program 1/ }).waitFor();
  await ready(one);
  await typeAtEnd(one, "; of one\n");
  await one.locator('[data-saving="saved"]').waitFor();
  const other = await one.context().newPage();
  other.on("pageerror", (error) => site.problems.push(String(error.stack)));
  await other.goto(site.url);
  await ready(other);
  const line = (page: Page, text: string) => page.locator(".monaco-editor .view-line", { hasText: text });
  await line(other, "; of one").waitFor();
  // Each sees what the other writes.
  await typeAtEnd(other, "; of the other\n");
  await line(one, "; of the other").waitFor();
  await one.getByText("mine-1.asm was changed in another page of this browser").waitFor();
  await looksRight(one, "a text that was changed elsewhere");
  // Both at once, before either has saved: there are two texts then.
  await Promise.all([one, other].map((page, i) => typeAtEnd(page, `; at once ${i}\n`)));
  const kept = async () => {
    const saved = await one.evaluate(() => localStorage.getItem("ringside.work.v1") ?? "{}");
    const { drafts } = JSON.parse(saved) as { drafts: Record<string, { text: string }> };
    return Object.values(drafts).map(({ text }) => text.split("\n").slice(-4, -1).join(" "));
  };
  await expect
    .poll(async () => (await kept()).sort())
    .toEqual([0, 1].map((i) => `; of one ; of the other ; at once ${i}`));
  await Promise.any([one, other].map((page) => page.getByText("Nothing is lost").waitFor()));
  // Each goes on with its own text after a reload, whichever was written last.
  const names = await Promise.all([one, other].map((page) => page.locator(".file-tab").first().innerText()));
  expect(new Set(names)).toEqual(new Set(["mine-1.asm", "mine-1-2.asm"]));
  await one.reload();
  await ready(one);
  expect(await one.locator(".file-tab").first().innerText()).toBe(names[0]);
  expect(site.problems).toEqual([]);
});

test("a program's files have tabs: they are edited, added, renamed, deleted and brought back", async () => {
  const page = await open();
  await page.getByRole("tab", { name: /^lib\/console\.inc/ }).click();
  await page.locator(".monaco-editor .view-line", { hasText: "put_char:" }).waitFor();
  await typeAtEnd(page, "\n; mine\n");
  await page.getByRole("tab", { name: "lib/console.inc changed by you" }).waitFor();
  await menu(page, "Bring back as it came");
  await page.getByRole("tab", { name: "lib/console.inc", exact: true }).waitFor();

  await menu(page, "Add a file…");
  await page.getByRole("textbox", { name: "Name" }).fill("../x");
  await page.keyboard.press("Enter");
  await page.getByText("A name has no").waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("extra.inc");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "extra.inc", selected: true }).waitFor();
  await intoEditor(page);
  await page.keyboard.insertText("nonsense 1\n");
  await page.getByRole("tab", { name: "lesson-popf.asm", exact: true }).click();
  await typeAtEnd(page, '\n%include "extra.inc"\n');
  // A problem leads into the file that it is in.
  await page.getByRole("button", { name: /extra\.inc:1/ }).click();
  await page.getByRole("tab", { name: /^extra\.inc/, selected: true }).waitFor();

  await menu(page, "Rename…");
  await page.getByRole("textbox", { name: "Name" }).fill("lib/renamed.inc");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: /^lib\/renamed\.inc/, selected: true }).waitFor();
  await menu(page, "Delete");
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.getByRole("tab", { name: /^lib\/renamed\.inc/, selected: true }).waitFor();
  await page.keyboard.press("Escape");

  // The arrow keys walk over the tabs.
  await page.getByRole("tab", { name: /^lib\/renamed\.inc/ }).focus();
  await page.keyboard.press("Home");
  await page.getByRole("tab", { name: /^lesson-popf\.asm/, selected: true }).waitFor();
});

test("the editor follows the run into the file that is executed; a breakpoint in an include stops there and says so", async () => {
  const page = await open();
  await palette(page, "Open: Hello on the serial");
  await palette(page, "Open: Rings and a system call");
  await page.getByRole("combobox", { name: /Rings and a system call/ }).waitFor();
  await ready(page);
  for (let i = 0; i < 3; i++) await press(page, "F4");
  const tab = page.getByRole("tab", { name: "lib/segments.inc" });
  await tab.and(page.locator('[aria-selected="true"]')).waitFor();
  await page.locator(".monaco-editor .current-line").first().waitFor();

  // A click in the margin of the include, while the run stands elsewhere.
  await page.getByRole("tab", { name: "lib/console.inc" }).click();
  const label = page.locator(".monaco-editor .view-line", { hasText: /^put_char:/ });
  await label.waitFor();
  const margin = page.locator(".monaco-editor .glyph-margin").first();
  // The editor draws its lines anew while it scrolls to the run's place: until then they have no box.
  const [at, edge] = await vi.waitFor(async () => {
    const boxes = [await label.boundingBox(), await margin.boundingBox()] as const;
    if (!boxes[0] || !boxes[1]) throw new Error("not drawn yet");
    return [boxes[0], boxes[1]] as const;
  }, 10_000);
  await page.mouse.click(edge.x + 8, at.y + 10);
  await page.locator(".glyph-break").waitFor();
  await tab.and(page.locator('[aria-current="step"]')).waitFor();
  await page.getByRole("tab", { name: "rings.asm" }).click();
  await press(page, "F5");
  await page
    .getByTestId("outcome")
    .getByText(/^Stopped before .* at lib\/console\.inc:\d+/)
    .waitFor();
  await page.getByRole("tab", { name: "lib/console.inc", selected: true }).waitFor();
  await page.locator('[role="tab"][aria-current="step"]', { hasText: "lib/console.inc" }).waitFor();
  await page.locator(".monaco-editor .glyph-here").waitFor();
  expect(site.problems).toEqual([]);
});

describe("local files", () => {
  test("a program and what it includes are opened, saved again, and come back in an archive", async () => {
    const page = await open();
    await openLocal(page, given("boot.asm", SMALL), given("more.inc", "VALUE equ 42\n"));
    await page.getByRole("combobox", { name: /boot\.asm/ }).waitFor();
    await page.getByRole("tab", { name: "more.inc" }).waitFor();
    await ready(page);
    expect((await save(page, "Save the file")).bytes.toString()).toBe(SMALL);
    const zip = await save(page, "Save all files as a ZIP");
    expect(zip.name).toBe("boot.zip");
    expect(Object.keys(unzipSync(zip.bytes)).sort()).toEqual(["boot.asm", "more.inc"]);
    expect([...(await save(page, "Save the image")).bytes]).toEqual([0xb8, 42, 0, 0, 0, 0xf4]);
    expect((await save(page, "Save the listing")).bytes.toString()).toMatch(
      /00100000 B82A000000 +start: mov eax, VALUE/,
    );
    await openLocal(page, { ...given("boot.zip", ""), buffer: zip.bytes });
    await page.getByRole("combobox", { name: /boot-2\.asm/ }).waitFor();
  });

  test("by the File System Access API they are written back to where they came from, as they were", async () => {
    const page = await open({}, () => {
      /** Files on a disk: what was written to each, and whether the browser lets it be. */
      const disk = { "crlf.asm": "org 0x100000\r\nstart: hlt\r\n" } as Record<string, string>;
      const asked: string[] = [];
      let refuses = false;
      const handle = (name: string) => ({
        kind: "file",
        name,
        getFile: async () => new File([disk[name] ?? ""], name),
        createWritable: async () => {
          if (refuses) throw new DOMException("no", "NotAllowedError");
          let written = "";
          return {
            write: async (blob: Blob) => {
              written += await blob.text();
            },
            close: async () => {
              disk[name] = written;
            },
          };
        },
      });
      const abort = () => {
        throw new DOMException("changed their mind", "AbortError");
      };
      Object.assign(window, {
        testDisk: { disk, asked, refuse: () => (refuses = true) },
        showOpenFilePicker: async () => {
          asked.push("open");
          return asked.length === 1 ? abort() : [handle("crlf.asm")];
        },
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
          asked.push(suggestedName);
          return asked.filter((name) => name === suggestedName).length === 1 ? abort() : handle(suggestedName);
        },
      });
    });
    type Disk = { disk: Record<string, string>; asked: string[]; refuse(): void };
    const disk = () => page.evaluate(() => (window as unknown as { testDisk: Disk }).testDisk.disk);
    const asked = () => page.evaluate(() => (window as unknown as { testDisk: Disk }).testDisk.asked);

    // Who changes their mind opens nothing.
    await page.keyboard.press("Control+O");
    await expect.poll(asked).toEqual(["open"]);
    await page.keyboard.press("Control+O");
    await page.getByRole("combobox", { name: /crlf\.asm/ }).waitFor();
    await ready(page);
    await typeAtEnd(page, "; back\n");
    await page.keyboard.press("Control+S");
    await page.getByText("Saved as crlf.asm.").waitFor();
    expect((await disk())["crlf.asm"]).toBe("org 0x100000\r\nstart: hlt\r\n; back\r\n");
    // Nobody was asked where to: the file is known. Another one is asked about, once it is not given up.
    await menu(page, "Save the listing");
    await menu(page, "Save the listing");
    await page.getByText("Saved as crlf.lst.").waitFor();
    expect(await asked()).toEqual(["open", "open", "crlf.lst", "crlf.lst"]);
    expect((await disk())["crlf.lst"]).toContain("start: hlt");
    // What the browser does not let be written is downloaded.
    await page.evaluate(() => (window as unknown as { testDisk: Disk }).testDisk.refuse());
    const coming = page.waitForEvent("download");
    await page.keyboard.press("Control+S");
    expect((await coming).suggestedFilename()).toBe("crlf.asm");
    await page.getByText("crlf.asm was downloaded.").waitFor();
    expect(site.problems).toEqual([]);
  });

  test("a binary is loaded where the reader says, and shown as a disassembly", async () => {
    const page = await open();
    await openLocal(page, given("tiny.bin", [0x90, 0xb8, 1, 0, 0, 0, 0xf4]));
    const dialog = page.getByRole("dialog", { name: "Open the binary tiny.bin" });
    await dialog.getByRole("textbox", { name: "Address of the first byte" }).fill("200000");
    await dialog.getByRole("textbox", { name: "Address of the first instruction" }).fill("1000");
    await dialog.getByRole("button", { name: "Open" }).click();
    await dialog.getByText("The first instruction must lie in the image: 00200000 to 00200006.").waitFor();
    await looksRight(page, "a binary");
    await dialog.getByRole("textbox", { name: "Address of the first instruction" }).fill("200001");
    await dialog.getByRole("button", { name: "Open" }).click();
    await page.getByRole("button", { name: "Show its disassembly" }).click();
    const here = page.locator(".disassembly [aria-current]");
    await here.getByText("00200001").waitFor();
    await here.getByText(/^mov eax/).waitFor();
    await looksRight(page, "a disassembly");
    await page.reload();
    await ready(page);
    await page.getByText("A binary image of 7 bytes").waitFor();
  });

  test("files that are dropped on the page are opened, and what is none is refused with the reason", async () => {
    const page = await open();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["start: hlt\n"], "dropped.asm"));
      transfer.items.add(new File([new Uint8Array([0x6e, 0x0a, 0xe9, 0x0a])], "latin.inc"));
      return transfer;
    });
    await page.dispatchEvent("body", "dragover", { dataTransfer: data });
    await page.getByText("Drop files to open them").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await page.getByRole("combobox", { name: /dropped\.asm/ }).waitFor();
    await page.getByRole("alert").getByText("byte E9 in line 2 (offset 2)").waitFor();
    expect(await page.getByText("Drop files to open them").count()).toBe(0);
    await looksRight(page, "a refusal");
  });
});

test("a template becomes a text of the reader's own and runs to its end; it is renamed, deleted and brought back", async () => {
  const page = await open();
  await menu(page, "New from a template…");
  await page.getByRole("button", { name: /^Two tasks/ }).click();
  await page.getByRole("combobox", { name: /tasks\.asm/ }).waitFor();
  await ready(page);
  await press(page, "F5");
  await page.getByText("The guest has ended with code 0.").first().waitFor();
  await menu(page, "Your texts…");
  await page.getByRole("button", { name: "Rename tasks.asm" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("mine.asm");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: /mine\.asm/ }).waitFor();
  await menu(page, "Delete the program");
  await page.getByText("mine.asm was deleted.").waitFor();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.getByRole("combobox", { name: /mine\.asm/ }).waitFor();
});

test("the listing shows addresses, bytes and macro expansions, follows the run, and leads to the source", async () => {
  const page = await open();
  await palette(page, "Open: Rings and a system call");
  await page.getByRole("combobox", { name: /Rings and a system call/ }).waitFor();
  await ready(page);
  await palette(page, "Show the panel Listing");
  const tree = page.getByRole("tree", { name: "Listing" });
  await press(page, "F4");
  const here = tree.locator('[aria-current="step"]');
  await here.getByText("call segments_init").waitFor();
  await here.getByText(/^[0-9a-f]{8}$/).waitFor();
  expect(await tree.getByRole("treeitem").count()).toBeLessThan(80);

  // A macro's lines stand below its call, and fold into it.
  const call = tree.getByRole("treeitem", { name: /gate 0x80, system_call/ });
  const inside = tree.getByRole("treeitem", { name: /mov ebx, %1/ }).and(page.locator('[aria-level="2"]'));
  await inside.first().waitFor();
  await call.locator(".listing-fold").click();
  await inside.first().waitFor({ state: "detached" });
  expect(await call.getAttribute("aria-expanded")).toBe("false");
  await call.focus();
  await page.keyboard.press("ArrowRight");
  await inside.first().waitFor();

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "lib/machine.inc", selected: true }).waitFor();
  await looksRight(page, "the listing");
});
