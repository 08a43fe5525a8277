import { useSyncExternalStore } from "react";
import { useUi } from "./store/store.ts";

const query = (): MediaQueryList => window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(changed: () => void): () => void {
  const media = query();
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}

/** Whether the page is dark now: the reader's choice, or else the system's. */
export function useDark(): boolean {
  const system = useSyncExternalStore(subscribe, () => query().matches);
  const theme = useUi((state) => state.theme);
  return theme === "system" ? system : theme === "dark";
}

/** Whether a media query holds. */
export function useMedia(text: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(text);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(text).matches,
  );
}
