import { describe, expect, test, vi } from "vitest";
import { configure, openProgram } from "../../src/ui/engine/documents.ts";
import { check, edit } from "../../src/ui/engine/editing.ts";
import { addFile, backToRunText, deleteFile, renameFile, revertFile } from "../../src/ui/engine/files.ts";
import { answerLeaving, restart, takeOffer } from "../../src/ui/engine/leaving.ts";
import { boot } from "../../src/ui/engine/links.ts";
import { command, input } from "../../src/ui/engine/run.ts";
import { deleteText, newProgram, openText, renameText, revert } from "../../src/ui/engine/texts.ts";
import { isStale } from "../../src/ui/store/state.ts";
import { LESSON, makeEngine } from "./make-engine.ts";

const STEP = { kind: "tick", direction: "forward" } as const;
const MORE = LESSON.replace(" hlt\n", " nop\n hlt\n");

/** An engine whose run stands at its second instruction. */
async function begun() {
  const made = makeEngine();
  await boot(made.engine);
  await command(made.engine, STEP);
  await command(made.engine, STEP);
  return made;
}

describe("typing while a run is under way", () => {
  test("leaves the run on the text before, and restarting takes the new one", async () => {
    const { engine, state } = await begun();
    const { step } = state().run.view!;
    edit(engine, MORE);
    await check(engine);
    expect(state().run.view!.step).toBe(step);
    expect(isStale(state())).toBe(true);
    await command(engine, STEP);
    expect(state().run.view!.step).toBeGreaterThan(step);
    expect(await restart(engine)).toBe(true);
    expect(state().run.view!.step).toBe(0);
    expect(isStale(state())).toBe(false);
    expect(state().run.loadedFiles?.["lesson-popf.asm"]).toBe(MORE);
  });

  test("a text with errors does not end the run, not even by restarting", async () => {
    const { engine, state } = await begun();
    const { step } = state().run.view!;
    edit(engine, `${LESSON} nonsense eax\n`);
    expect(await restart(engine)).toBe(false);
    expect(state().run.view!.step).toBe(step);
    expect(state().run.status).toBe("ready");
    expect(state().check.diagnostics).not.toEqual([]);
  });

  test("the changes can be undone, and that undone, while the run goes on", async () => {
    const { engine, state } = await begun();
    const { step } = state().run.view!;
    edit(engine, MORE);
    await backToRunText(engine);
    expect(state().document!.text).toBe(LESSON);
    expect(isStale(state())).toBe(false);
    await takeOffer(engine);
    expect(state().document!.text).toBe(MORE);
    expect(state().run.view!.step).toBe(step);
  });

  test("the run before a restart can be had again, on its own text", async () => {
    const { engine, state } = await begun();
    const { step, guest } = state().run.view!;
    edit(engine, MORE);
    await restart(engine);
    expect(state().documents.offer).toMatchObject({ key: "restarted", undo: true });
    await takeOffer(engine);
    expect(state().run.view).toMatchObject({ step, guest });
    expect(state().document!.text).toBe(MORE);
    expect(isStale(state())).toBe(true);
  });
});

describe("leaving a run", () => {
  test("asks nothing when it can be repeated, and there is a way back to the very step", async () => {
    const { engine, state } = await begun();
    const { step, guest } = state().run.view!;
    await configure(engine, { strategy: "bare-metal", memoryMiB: 4 });
    expect(state().dialog).toBeNull();
    expect(state().run.view!.step).toBe(0);
    await takeOffer(engine);
    expect(state().work).toMatchObject({ strategy: "trap-and-emulate", memoryMiB: 16 });
    expect(state().run.view).toMatchObject({ step, guest });
  });

  test("that has not begun offers nothing", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    await configure(engine, { memoryMiB: 4 });
    expect(state().documents.offer).toBeNull();
  });

  test("that holds the reader's own inputs asks first, and staying changes nothing", async () => {
    const { engine, state } = await begun();
    await input(engine, { kind: "serial", byte: 65 });
    await input(engine, { kind: "key", code: "KeyA", down: true });
    const { step } = state().run.view!;
    const leaving = configure(engine, { memoryMiB: 4 });
    await vi.waitFor(() => expect(state().dialog).toBe("leave"));
    expect(state().documents.loss).toEqual({ keys: 1, bytes: 1, others: 0 });
    answerLeaving(engine, false);
    expect(await leaving).toBe(false);
    expect(state().work.memoryMiB).toBe(16);
    expect(state().run.view!.step).toBe(step);
    expect(state().dialog).toBeNull();
  });

  test("after the question still has a way back, with the inputs", async () => {
    const { engine, state } = await begun();
    await input(engine, { kind: "serial", byte: 65 });
    const { step, guest } = state().run.view!;
    const leaving = newProgram(engine);
    await vi.waitFor(() => expect(state().dialog).toBe("leave"));
    answerLeaving(engine, true);
    await leaving;
    expect(state().work.programId).toBe("mine-1");
    await takeOffer(engine);
    expect(state().work.programId).toBe("lesson-popf");
    expect(state().run.view).toMatchObject({ step, guest });
    expect(await engine.client.api.inputs()).toHaveLength(1);
  });
});

describe("the files of a program", () => {
  test("an included file that is edited is part of the reader's draft, and can be brought back", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    edit(engine, "A equ 7\n", "lib/a.inc");
    expect(state().drafts["lesson-popf"]).toEqual({ text: LESSON, includes: { "lib/a.inc": "A equ 7\n" } });
    await check(engine);
    expect(state().run.program?.symbols.find(({ name }) => name === "A")?.value).toBe(7);
    await revertFile(engine, "lib/a.inc");
    expect(state().drafts).toEqual({});
    await takeOffer(engine);
    expect(state().document!.includes["lib/a.inc"]).toBe("A equ 7\n");
  });

  test("another program does not see it", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    edit(engine, "A equ 7\n", "lib/a.inc");
    await newProgram(engine);
    expect(state().document!.includes["lib/a.inc"]).toBe("A equ 1\n");
    await openProgram(engine, "lesson-popf");
    expect(state().document!.includes["lib/a.inc"]).toBe("A equ 7\n");
  });

  test("a file can be added, renamed with its %include lines, deleted, and brought back", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    await addFile(engine, "mine.inc", "Y equ 2\n");
    edit(engine, `${LESSON}%include "mine.inc"\n`);
    await renameFile(engine, "mine.inc", "sub/other.inc");
    expect(state().document!.text).toContain('%include "sub/other.inc"');
    expect(state().document!.includes["mine.inc"]).toBeUndefined();
    await check(engine);
    expect(state().check.diagnostics).toEqual([]);
    await deleteFile(engine, "sub/other.inc");
    expect(state().check.diagnostics[0]?.severity).toBe("error");
    await takeOffer(engine);
    expect(state().drafts["lesson-popf"]?.includes).toEqual({ "sub/other.inc": "Y equ 2\n" });
    expect(state().check.diagnostics).toEqual([]);
  });
});

describe("texts of the reader's own", () => {
  test("can be renamed, deleted and brought back", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    await newProgram(engine);
    await renameText(engine, "mine-1", "kernel.asm");
    expect(state().document!.main).toBe("kernel.asm");
    expect(Object.keys(state().run.loadedFiles!)).toEqual(["kernel.asm"]);
    const { text } = state().document!;
    await deleteText(engine, "mine-1");
    expect(state().work.programId).toBe("lesson-popf");
    expect(state().drafts).toEqual({});
    await takeOffer(engine);
    expect(state().document).toMatchObject({ main: "kernel.asm", text });
  });

  test("that come from files keep their names, and two of one name are told apart", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    await openText(engine, { text: "hlt\n", includes: null, name: "boot.asm" });
    await openText(engine, { text: "cli\nhlt\n", includes: null, name: "boot.asm" });
    expect(Object.values(state().drafts).map(({ name }) => name)).toEqual(["boot.asm", "boot-2.asm"]);
    expect(state().document!.main).toBe("boot-2.asm");
  });

  test("a binary is loaded where the reader says, and can be stepped", async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    const place = { kind: "flat", at: 0x200000, entry: 0x200001 } as const;
    await openText(engine, { text: "", includes: null, name: "x.bin", binary: place }, Uint8Array.of(0xf4, 0x90, 0xf4));
    expect(state().run.view!.guest.eip).toBe(0x200001);
    await command(engine, STEP);
    expect(state().run.view!.guest.eip).toBe(0x200002);
    expect(state().document!.binary?.bytes).toHaveLength(3);
  });
});

test("bringing a program of the library back can be undone", async () => {
  const { engine, state } = await begun();
  const { step } = state().run.view!;
  edit(engine, MORE);
  await revert(engine);
  expect(state().drafts).toEqual({});
  expect(state().document!.text).toBe(LESSON);
  await takeOffer(engine);
  expect(state().document!.text).toBe(MORE);
  expect(state().run.view!.step).toBe(step);
});
