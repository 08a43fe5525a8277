import { expect, test } from "vitest";
import { refusalOf } from "../../src/ui/actions/browser-keys.ts";
import { actionOf, actions } from "../../src/ui/actions/index.ts";
import { actionForKey, holdersOf, keyName } from "../../src/ui/actions/keys.ts";
import { initialState, type State } from "../../src/ui/store/state.ts";
import { readyState, runningState } from "./states.ts";

const press = (key: string, ...modifiers: ("Ctrl" | "Alt" | "Shift" | "Meta")[]) => ({
  key,
  ctrlKey: modifiers.includes("Ctrl"),
  altKey: modifiers.includes("Alt"),
  shiftKey: modifiers.includes("Shift"),
  metaKey: modifiers.includes("Meta"),
});

/** The action that a key has in a state, by name. */
function check(state: State, event: ReturnType<typeof press>, expected: string | null): void {
  expect(actionForKey(event, state).action?.id ?? null).toBe(expected);
}

test("the keys are Visual Studio Code's, and with Ctrl they go backwards", () => {
  const state = readyState({ step: 5 });
  check(state, press("F5"), "run");
  check(state, press("F10"), "over");
  check(state, press("F11"), "stepInto");
  check(state, press("F11", "Shift"), "out");
  check(state, press("F9"), "breakpoint");
  check(state, press("F5", "Ctrl", "Shift"), "restart");
  check(state, press("F5", "Alt"), "runBack");
  check(state, press("F10", "Ctrl"), "overBack");
  check(state, press("F11", "Ctrl"), "stepBack");
  check(state, press("F11", "Ctrl", "Shift"), "outBack");
});

test("F5 pauses what is running, and Escape cancels it; at rest Escape is left to others", () => {
  check(runningState(), press("F5"), "pause");
  check(runningState(), press("Escape"), "pause");
  expect(actionForKey(press("Escape"), readyState({ step: 5 }))).toEqual({ known: false, action: null });
});

test("a key of the page's is kept from the browser even when it cannot act", () => {
  const ended = readyState({ step: 5, outcome: "exited" });
  expect(actionForKey(press("F5"), ended)).toEqual({ known: true, action: null });
  expect(actionForKey(press("r", "Ctrl"), ended)).toEqual({ known: false, action: null });
});

test("no key belongs to two actions that can act at the same time", () => {
  for (const state of [initialState, readyState({ step: 0 }), readyState({ step: 3 }), runningState()]) {
    const taken = new Map<string, string>();
    for (const action of actions.filter((candidate) => candidate.enabled(state))) {
      for (const key of action.keys) {
        expect(taken.get(key), `${key} of ${action.id}`).toBeUndefined();
        taken.set(key, action.id);
      }
    }
  }
});

test("no action comes with a key that Chrome, Firefox or the desktop need, but Escape to cancel", () => {
  for (const action of actions) {
    for (const key of action.keys) if (key !== "Escape") expect(refusalOf(key), `${key} of ${action.id}`).toBeNull();
  }
});

test.each([
  ["Ctrl+W", "window"],
  ["Ctrl+N", "window"],
  ["Ctrl+T", "tab"],
  ["Ctrl+Tab", "tab"],
  ["Ctrl+F4", "tab"],
  ["Ctrl+R", "reload"],
  ["Ctrl+F5", "reload"],
  ["Ctrl+L", "address"],
  ["F6", "address"],
  ["Alt+ArrowLeft", "history"],
  ["Ctrl+F", "find"],
  ["Ctrl+-", "zoom"],
  ["Ctrl+C", "clipboard"],
  ["F12", "tools"],
  ["Tab", "focus"],
  ["A", "types"],
  ["Shift+A", "types"],
  ["F9", null],
  ["Ctrl+Shift+F5", null],
  ["Alt+K", null],
  ["Ctrl+K", "address"],
  ["Ctrl+Shift+E", null],
] as const)("%s as an action's key: %s", (key, expected) => {
  expect(refusalOf(key)).toBe(expected);
});

test("the reader's own keys take the place of those of the row", () => {
  const state = { ...readyState({ step: 5 }), keys: { stepInto: ["Alt+K"] } };
  check(state, press("k", "Alt"), "stepInto");
  check(state, press("F11"), null);
  expect(holdersOf("Alt+K", state.keys, "over").map((action) => action.id)).toEqual(["stepInto"]);
});

test("keys are named with their modifiers in one order", () => {
  expect(keyName(press("F11", "Shift", "Ctrl"))).toBe("Ctrl+Shift+F11");
});

test("going back is for runs that have begun, going on for runs that have not ended", () => {
  expect(actionOf("stepBack").enabled(readyState({ step: 0 }))).toBe(false);
  expect(actionOf("stepBack").enabled(readyState({ step: 1 }))).toBe(true);
  expect(actionOf("stepInto").enabled(readyState({ step: 1 }))).toBe(true);
  expect(actionOf("stepInto").enabled(readyState({ step: 1, outcome: "shutdown" }))).toBe(false);
  expect(actionOf("stepInto").enabled(runningState())).toBe(false);
});
