import { expect, test } from "vitest";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import { encodeLink } from "../../src/share/link.ts";
import { programFiles, programText } from "../programs/library.ts";
import { openSite, press, ready } from "./browser.ts";
import { looksRight } from "./looks.ts";

const site = openSite();

/** A link to a moment of a port's run: the first event that fits. */
function linkTo(main: string, fits: ((event: { kind: string; domain: number | null }) => boolean) | null): string {
  const session = new Session();
  const { inputs } = parseProgramHeader(programText(main)).program;
  const program = { kind: "source", main, files: programFiles } as const;
  session.load({ program, strategy: "paravirtual", memoryMiB: 16, whatIf: [], inputs });
  const go = (command: Parameters<Session["begin"]>[0]) => {
    session.begin(command);
    while (!session.advance(100_000).done);
  };
  if (fits !== null) {
    go({ kind: "run", direction: "forward", until: null, maxSteps: 5000 });
    go({ kind: "seek", step: session.events(0, 5000).find(fits)!.step });
  }
  return encodeLink({
    program: { kind: "builtin", path: main },
    strategy: "paravirtual",
    memoryMiB: 16,
    whatIf: [],
    inputs: inputs.map(({ tick, event }) => ({ tick, event: { ...event } })),
    breakpoints: [],
    moment: fits === null ? null : { step: session.view().step, digest: session.digest() },
  });
}

test("a port is compared by what its tasks do, what comes out and how it ends", async () => {
  const page = await site.open({ hash: linkTo("xen/preempt.asm", null) });
  await ready(page);
  // What the port includes is there: it is assembled as it runs.
  await page.getByRole("tab", { name: "include/xen.inc" }).waitFor();
  await page.getByRole("button", { name: "Compare with bare metal" }).click();
  const compare = page.locator("section.compare");
  await compare.getByRole("heading", { name: "Equivalent: what is compared is the same" }).waitFor();
  const list = compare.getByRole("region", { name: "What was compared" }).getByRole("listitem");
  await expect
    .poll(() => list.allInnerTexts())
    .toEqual([
      expect.stringMatching(/outcome: equal$/),
      expect.stringMatching(/serial line: \d+ bytes, equal$/),
      expect.stringMatching(/task 1: [\d,]{5,} user-mode instructions, equal$/),
      expect.stringMatching(/task 2: [\d,]{5,} user-mode instructions, equal$/),
    ]);
  expect(await compare.locator(".run").count()).toBe(2);
  await looksRight(page, "a comparison by traces");
  expect(site.problems).toEqual([]);
});

test("while the driver domain runs, the page shows its seat, its line and its time", async () => {
  const page = await site.open({
    hash: linkTo("xen/console.asm", ({ kind, domain }) => kind === "resume" && domain === 0),
  });
  await page.getByText("Verified: the state here is the one that was shared.").waitFor();
  await page.locator('.seat.running[class*="who-driver-kernel"]').waitFor();
  await page.getByRole("tab", { name: /xen\/driver-domain\.asm/, selected: true }).waitFor();
  await page.locator(".monaco-editor .view-line", { hasText: "domain_init" }).first().waitFor();
  // A step further there is time of its own.
  await press(page, "F11");
  await page.locator(".lane-name").getByText("Driver domain", { exact: true }).waitFor();
  await looksRight(page, "a run of two domains");
  expect(site.problems).toEqual([]);
});
