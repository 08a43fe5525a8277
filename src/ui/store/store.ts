import { type Draft, produce } from "immer";
import { useRef } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { initialState, type State } from "./state.ts";

/** The page's state: it works without React, and tests use it so. */
export function createUiStore(start: Partial<State> = {}) {
  return createStore<State>(() => ({ ...initialState, ...start }));
}
export type UiStore = ReturnType<typeof createUiStore>;

export const store = createUiStore();

/** Changes the state by a recipe on a draft. */
export function change(target: UiStore, recipe: (draft: Draft<State>) => void): void {
  target.setState(
    produce(target.getState(), (draft) => {
      recipe(draft);
    }),
    true,
  );
}

/** What a component shows of the state. */
export function useUi<T>(select: (state: State) => T): T {
  return useStore(store, select);
}

/**
 * The same, but still while a guest runs: what would only flicker then (the log, the editor's line) waits until the
 * run rests.
 */
export function useAtRest<T>(select: (state: State) => T): T {
  const kept = useRef<{ readonly value: T } | null>(null);
  const value = useUi((state) =>
    state.run.status === "running" && kept.current !== null ? kept.current.value : select(state),
  );
  kept.current = { value };
  return value;
}
