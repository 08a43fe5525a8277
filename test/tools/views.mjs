// The views of the page that `npm run screenshots` takes pictures of: a row each, with the way to it.

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/**
 * @typedef {object} View
 * @property {string} name of the file, without `.png`; in `public/views` unless `readme`
 * @property {readonly [number, number]} size of the window
 * @property {(page: Page) => Promise<Locator | undefined>} reach goes there from the loaded POPF lesson, and answers
 *   what the picture is cropped to
 * @property {string} [search] of the page's address
 * @property {boolean} [readme] the README shows it: in `public`, and it may be larger
 * @property {boolean} [pointer] the pointer stays where `reach` has put it
 * @property {"dark"} [theme]
 * @property {string} [locale]
 */

const DESK = /** @type {const} */ ([1440, 900]);
/** Windows in which a panel, to which the picture is cropped, has room: on the right, and below the stage. */
const TALL = /** @type {const} */ ([1560, 1200]);
const DEEP = /** @type {const} */ ([1800, 2000]);

/** @param {Page} page */
export async function rest(page) {
  await page.locator('[data-action="share"][aria-disabled="false"]').waitFor();
}

/**
 * Presses a key, and waits until the step has changed and the page is at rest.
 * @param {Page} page
 * @param {string} key
 */
async function press(page, key, times = 1) {
  for (let i = 0; i < times; i++) {
    const before = await page.getByTestId("step").innerText();
    await page.keyboard.press(key);
    await page.waitForFunction((text) => document.querySelector('[data-testid="step"]')?.textContent !== text, before);
    await rest(page);
  }
}

/**
 * Chooses a program or an action by its name, in the palette.
 * @param {Page} page
 * @param {string} name
 */
async function choose(page, name) {
  await page.keyboard.press("F1");
  await page.getByRole("combobox", { name: "Name of an action or a program" }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/**
 * @param {Page} page
 * @param {string} title
 */
async function program(page, title) {
  await choose(page, title);
  await page.getByRole("combobox", { name: new RegExp(title) }).waitFor();
  await rest(page);
}

/**
 * Brings a panel to the front, and answers the place that it is docked in.
 * @param {Page} page
 * @param {string} name
 */
async function panel(page, name) {
  await choose(page, `Show the panel ${name}`);
  const dock = page.locator("[data-dock]", { has: page.getByRole("tab", { name, exact: true, selected: true }) });
  await dock.locator('.dock-content[data-state="active"] .panel').waitFor();
  return dock;
}

/**
 * @param {Page} page
 * @param {readonly string[]} lines
 */
async function say(page, ...lines) {
  const dock = await panel(page, "Command line");
  const field = page.getByRole("textbox", { name: "Command", exact: true });
  for (const line of lines) {
    await field.fill(line);
    await field.press("Enter");
    await page.locator(".commands-line button:enabled").waitFor();
  }
  return dock;
}

/** @type {readonly View[]} */
export const VIEWS = [
  {
    name: "screenshot",
    readme: true,
    size: DESK,
    async reach(page) {
      await page.locator('.lesson [data-action="compare"]').click();
      await page.locator(".verdict.unequal").waitFor();
    },
  },
  {
    // LGDT of the guest kernel, the third time that the VMM is entered.
    name: "screenshot-workbench",
    readme: true,
    size: DESK,
    async reach(page) {
      await page.locator(".lesson-close").click();
      await press(page, "F8", 3);
    },
  },
  {
    name: "editor",
    // One panel at a time: the hover, which is as wide as its text, stays within.
    size: [810, 900],
    pointer: true,
    async reach(page) {
      await page.getByRole("tab", { name: "Program", exact: true }).click();
      const line = page.locator(".monaco-editor .view-line", { hasText: "popfd" }).first();
      await line.locator("span span", { hasText: "popfd" }).last().hover();
      await page.locator(".monaco-hover:not(.hidden) .hover-contents").first().waitFor();
      return page.locator(".panel", { has: page.locator(".monaco-editor") });
    },
  },
  {
    name: "listing",
    size: DEEP,
    async reach(page) {
      await press(page, "F8", 3);
      return panel(page, "Listing");
    },
  },
  {
    name: "memory",
    size: TALL,
    async reach(page) {
      await press(page, "F8", 3);
      const dock = await panel(page, "Memory");
      const field = page.getByRole("textbox", { name: /^Go to address/ });
      await field.fill("gdt");
      await field.press("Enter");
      await page.locator(".memory-byte-bar").waitFor();
      return dock;
    },
  },
  {
    name: "stack",
    size: TALL,
    async reach(page) {
      await press(page, "F8", 3);
      return panel(page, "Stack");
    },
  },
  {
    name: "tables",
    size: TALL,
    async reach(page) {
      await press(page, "F5");
      const dock = await panel(page, "Tables");
      await page.getByRole("tab", { name: "GDT" }).click();
      await page.locator('[data-entry="1"]').getByText("DPL 0 became 1").waitFor();
      return dock;
    },
  },
  {
    name: "translation",
    size: [1800, 1400],
    async reach(page) {
      await page.getByRole("combobox", { name: /Trap and emulate/ }).click();
      await page.getByRole("option", { name: /Binary translation/ }).click();
      await rest(page);
      await press(page, "F5");
      await page.keyboard.press("Alt+F5");
      await rest(page);
      await press(page, "F8", 4);
      const dock = await panel(page, "Translation");
      await page.locator(".translation").getByText("callout").first().waitFor();
      return dock;
    },
  },
  {
    name: "paging",
    size: [1560, 1500],
    async reach(page) {
      await program(page, "Demand paging");
      await press(page, "F5");
      const dock = await panel(page, "Paging");
      await page.getByRole("radio", { name: "Write" }).click();
      await page.getByLabel("Linear address (hex)").fill("00100000");
      await page.locator('[data-walk="guest"]').waitFor();
      return dock;
    },
  },
  {
    name: "devices",
    size: TALL,
    async reach(page) {
      await press(page, "F5");
      return panel(page, "Devices");
    },
  },
  {
    name: "virtual-cpu",
    size: TALL,
    async reach(page) {
      await press(page, "F8", 3);
      return panel(page, "Virtual CPU");
    },
  },
  {
    name: "hypervisor",
    size: [1560, 1300],
    async reach(page) {
      await program(page, "Demand paging, as a port");
      await page.getByRole("combobox", { name: /Trap and emulate/ }).click();
      await page.getByRole("option", { name: /Paravirtualization/ }).click();
      await rest(page);
      await press(page, "F5");
      const dock = await panel(page, "Hypervisor");
      await page.locator(".hv-call.here").waitFor();
      return dock;
    },
  },
  {
    // The second guest writes to a page that it may only read: the walk of that address, which EPT stops.
    name: "vmcs",
    size: [1560, 1300],
    async reach(page) {
      await program(page, "Two guests that cannot see each other");
      await page.getByRole("combobox", { name: /Trap and emulate/ }).click();
      await page.getByRole("option", { name: /Bare metal/ }).click();
      await rest(page);
      await press(page, "F5");
      await press(page, "Alt+[", 2);
      const dock = await panel(page, "VT-x: VMCS");
      await page.getByRole("tab", { name: "2-D walk" }).click();
      await page.getByRole("textbox", { name: "Address (hex)" }).fill("320004");
      await page.getByRole("radio", { name: "write" }).click();
      await page.locator('[data-outcome="ept-violation"]').waitFor();
      return dock;
    },
  },
  {
    name: "breakpoints",
    size: TALL,
    async reach(page) {
      await say(page, "b 22", "b 36", "c");
      const dock = await panel(page, "Breakpoints");
      await page.getByRole("button", { name: "Add a breakpoint" }).click();
      await page.getByRole("menuitem", { name: /^Should have trapped/ }).click();
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await page.locator(".bp-row").nth(2).waitFor();
      return dock;
    },
  },
  {
    name: "watches",
    size: [1560, 900],
    async reach(page) {
      const dock = await panel(page, "Watches");
      const field = page.getByRole("textbox", { name: "Watch an expression" });
      for (const text of ["[ticket]", "real.cpl", "esp", "byte [ticket] * 3"]) {
        await field.fill(text);
        await field.press("Enter");
        await page.locator(`[data-watch="${text}"]`).waitFor();
      }
      await press(page, "F5");
      return dock;
    },
  },
  {
    name: "summary",
    size: DEEP,
    async reach(page) {
      await press(page, "F5");
      await page.getByRole("button", { name: "What happened?" }).click();
      await page.locator(".summary-body").waitFor();
      return page.locator('[data-dock="log"]');
    },
  },
  {
    name: "command-line",
    size: DEEP,
    reach: (page) => say(page, "b 22", "c", "x/4xw gdt", "info idt real 14", "reverse-stepi"),
  },
  {
    name: "swimlanes",
    size: DESK,
    async reach(page) {
      await press(page, "F5");
      const slider = page.getByRole("slider", { name: "Moment of the run" });
      const box = await slider.boundingBox();
      await slider.click({ position: { x: (box?.width ?? 0) * 0.41, y: 20 } });
      await rest(page);
      await slider.focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press("+");
      return page.locator(".timeline");
    },
  },
  {
    name: "screen",
    size: [1560, 1270],
    async reach(page) {
      await program(page, "Hello on the screen");
      await press(page, "F5");
      await page.getByRole("tab", { name: "Screen" }).click();
      return page.locator('[data-dock="io"]');
    },
  },
  {
    name: "share",
    size: DESK,
    async reach(page) {
      await press(page, "F8", 3);
      await page.locator('[data-action="share"]').first().click();
      await page.getByRole("tab", { name: "QR code", exact: true }).click();
      await page.getByRole("img", { name: "QR code of the link to this moment" }).waitFor();
      return page.getByRole("dialog");
    },
  },
  {
    name: "presentation",
    size: [1280, 720],
    async reach(page) {
      await press(page, "F8", 2);
      await page.locator('[data-action="present"]').click();
      await page.getByRole("region", { name: "Presentation" }).waitFor();
      const where = await page.getByTestId("present-step").innerText();
      await page.keyboard.press("ArrowDown");
      await page.getByTestId("present-step").filter({ hasNotText: where }).waitFor();
    },
  },
  {
    name: "embedded",
    size: [800, 480],
    search: "?embed",
    async reach(page) {
      const trap = page.locator('[data-action="nextTrap"][aria-disabled="false"]');
      await trap.click();
      await page.getByTestId("step").filter({ hasText: /[1-9]/ }).waitFor();
      await trap.waitFor();
    },
  },
  {
    name: "phone",
    size: [390, 844],
    async reach(page) {
      await page.getByRole("tab", { name: "Stage" }).click();
      await press(page, "F8", 3);
    },
  },
  {
    name: "dark-chinese",
    size: [1024, 768],
    theme: "dark",
    locale: "zh-CN",
    async reach(page) {
      await page.locator(".lesson-close").click();
      await press(page, "F8", 3);
    },
  },
];
