import { expect, test } from "vitest";
import { actionForKey, actionOf, actions, keyName } from "../../src/ui/actions/index.ts";
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
  check(state, press("F5", "Ctrl"), "runBack");
  check(state, press("F10", "Ctrl"), "overBack");
  check(state, press("F11", "Ctrl"), "stepBack");
  check(state, press("F11", "Ctrl", "Shift"), "outBack");
});

test("F5 pauses what is running", () => {
  check(runningState(), press("F5"), "pause");
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

test("no action takes a key that browsers keep for tabs, windows and the address bar", () => {
  const reserved = /^(Ctrl\+[twnl]|Ctrl\+F4|Alt\+(F4|Arrow\w+|Home)|F6|F7|F12|Ctrl\+(Shift\+)?Tab)$/i;
  for (const action of actions) for (const key of action.keys) expect(key).not.toMatch(reserved);
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
