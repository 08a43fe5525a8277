import { expect, test } from "vitest";
import { decodeLink, encodeLink } from "../../src/share/link.ts";
import { compare } from "../../src/ui/engine/compare.ts";
import { backToOwn, configure, editCopy } from "../../src/ui/engine/documents.ts";
import { boot, makeLink } from "../../src/ui/engine/links.ts";
import { command, seek } from "../../src/ui/engine/run.ts";
import { restore, toSave } from "../../src/ui/store/persist.ts";
import { makeEngine } from "./make-engine.ts";

const CALLOUTS = { "binary-translation": ["callouts-only"] } as const;

async function translated() {
  const made = makeEngine();
  await boot(made.engine);
  await configure(made.engine, { strategy: "binary-translation", options: CALLOUTS });
  return made;
}

test("a strategy's options are in force in its runs alone, and are there again when it is chosen again", async () => {
  const { engine, state } = await translated();
  expect(state().run.view?.options).toEqual(["callouts-only"]);
  await configure(engine, { strategy: "trap-and-emulate" });
  expect(state().run.view?.options).toEqual([]);
  await configure(engine, { strategy: "binary-translation" });
  expect(state().run.view?.options).toEqual(["callouts-only"]);
  await command(engine, { kind: "tick", direction: "forward" });
  await seek(engine, 0);
  expect(state().run.view?.options).toEqual(["callouts-only"]);
  await compare(engine);
  expect(state().compare.reply?.right.options).toEqual(["callouts-only"]);
  expect(state().compare.reply?.left.options).toEqual([]);
});

test("the options are kept in the browser, and what was kept before there were any is read", async () => {
  const { engine, state } = await translated();
  const saved = JSON.parse(JSON.stringify(toSave(state(), engine.workToKeep())));
  const read = () => restore({ getItem: () => JSON.stringify(saved) }).work.options;
  expect(read()).toEqual(CALLOUTS);
  saved.work.options = { "binary-translation": "all" };
  expect(read()).toEqual({});
  delete saved.work.options;
  expect(read()).toEqual({});
});

test("a link carries them, and its reader's own stay apart", async () => {
  const { engine } = await translated();
  await command(engine, { kind: "tick", direction: "forward" });
  const link = (await makeLink(engine))!;
  const decoded = decodeLink(link);
  expect(decoded).toMatchObject({ ok: true, record: { options: ["callouts-only"] } });
  const reader = makeEngine();
  await boot(reader.engine);
  expect(await reader.visit(link)).toBe(true);
  expect(reader.state().run.view?.options).toEqual(["callouts-only"]);
  expect(reader.state().link).toMatchObject({ outcome: "verified", passedOver: null });
  await editCopy(reader.engine);
  expect(reader.state().run.view?.options).toEqual(["callouts-only"]);
  expect(await reader.visit(link)).toBe(true);
  await configure(reader.engine, { options: {} });
  await backToOwn(reader.engine);
  expect(reader.state().run.view?.options).toEqual(reader.state().work.options["binary-translation"] ?? []);
});

test("a link without options has none, and what it asks for that is not there is passed over with a word", async () => {
  const { engine } = await translated();
  await configure(engine, { options: {} });
  const link = (await makeLink(engine))!;
  const decoded = decodeLink(link);
  if (!decoded.ok) throw new Error(decoded.words.en);
  expect("options" in decoded.record).toBe(false);
  const strange = encodeLink({ ...decoded.record, options: ["of-tomorrow", "translate-user"] });
  const reader = makeEngine();
  await boot(reader.engine);
  expect(await reader.visit(`https://example.org/${strange}`)).toBe(true);
  expect(reader.state().link.passedOver?.en).toContain(": of-tomorrow.");
  expect(reader.state().link.passedOver?.zh).toContain("of-tomorrow");
  expect(reader.state().run.view?.options).toEqual(["translate-user"]);
  await backToOwn(reader.engine);
  expect(reader.state().link.passedOver).toBeNull();
});
