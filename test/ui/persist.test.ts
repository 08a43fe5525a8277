import { expect, test } from "vitest";
import { restore, toSave } from "../../src/ui/store/persist.ts";
import { initialState, initialWork } from "../../src/ui/store/state.ts";

const storage = (text: string | null) => ({ getItem: () => text });

test("the first visit begins with the lesson under the VMM", () => {
  const restored = restore(storage(null));
  expect(restored.firstVisit).toBe(true);
  expect(restored.work).toEqual(initialWork);
});

test("what is saved comes back", () => {
  const own = {
    ...initialWork,
    programId: "mine-1",
    breakpoints: [{ id: "mine-1.asm:3", at: { file: "mine-1.asm", line: 3 } }],
  };
  const drafts = { "mine-1": { text: "hlt\n", includes: null } };
  const saved = JSON.stringify(toSave({ ...initialState, theme: "dark", language: "zh", drafts }, own));
  expect(restore(storage(saved))).toMatchObject({
    work: own,
    drafts,
    theme: "dark",
    language: "zh",
    firstVisit: false,
  });
});

test.each(["", "{", "null", "[]", '{"work":{}}', '{"work":{"memoryMiB":-1}}'])(
  "a saved text that cannot be read (%j) gives the beginning, not an error",
  (text) => {
    expect(restore(storage(text)).work).toEqual(initialWork);
  },
);
