import { change, type UiStore } from "../store/store.ts";

/** How often a page that stays open looks for a new version, in milliseconds. */
const LOOK_MS = 60 * 60 * 1000;

let waiting: ServiceWorker | null = null;

/**
 * Keeps the page for use without a network, once it has been loaded and has nothing better to do. A new version is fetched
 * in the background and offered; `applyUpdate` changes to it.
 */
export function startOffline(store: UiStore): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const begin = (): void => {
    // Without a network the registration that there is goes on; where it is forbidden, the page works online.
    void register(store).catch(() => undefined);
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}

async function register(store: UiStore): Promise<void> {
  const registration = await navigator.serviceWorker.register(new URL("sw.js", document.baseURI));
  const offer = (worker: ServiceWorker): void => {
    waiting = worker;
    change(store, (draft) => {
      draft.visit.update = true;
    });
  };
  // Without a controller it is the first visit: what was installed is what is on the screen.
  if (registration.waiting !== null && navigator.serviceWorker.controller !== null) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && navigator.serviceWorker.controller !== null) offer(installing);
    });
  });
  setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
}

/** Changes to the new version: it takes over, and the page is loaded anew from it. The reader's work is kept. */
export function applyUpdate(): void {
  if (waiting === null) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("take-over");
}
