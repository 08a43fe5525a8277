import "./panels/embed/storage.ts";
// The general styles come first, so that those of the panels win over them.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import { castDraft } from "immer";
import { createRoot } from "react-dom/client";
import { startClient } from "../worker/client.ts";
import { EngineProvider } from "./engine/context.ts";
import { Engine } from "./engine/engine.ts";
import { boot, openFragment } from "./engine/links.ts";
import { takeOver } from "./engine/other-pages.ts";
import { detectLanguage, startLanguages } from "./i18n/index.ts";
import { speakOfKeys } from "./i18n/keys.ts";
import { loadArrangements, saveArrangements } from "./layout/storage.ts";
import { startOffline } from "./offline/register.ts";
import { App } from "./panels/shell/App.tsx";
import { restoreKeys } from "./store/keys.ts";
import { pageStorage, restore, WORK_KEY, WorkKeeper } from "./store/persist.ts";
import { embeddingOf } from "./store/sharing.ts";
import { makeShelf } from "./store/shelf.ts";
import { change, store } from "./store/store.ts";
import { tourSeen } from "./store/tour-seen.ts";

const saved = restore(localStorage, pageStorage());
change(store, (draft) => {
  draft.sharing.embed = castDraft(embeddingOf(location.search));
  draft.theme = saved.theme;
  draft.layout.arrangements = castDraft(loadArrangements(localStorage));
  draft.language = saved.language ?? detectLanguage(navigator.languages);
  draft.lessonOpen = saved.lessonOpen;
  draft.work = castDraft({ ...saved.work });
  draft.drafts = castDraft({ ...saved.drafts });
  draft.keys = castDraft({ ...restoreKeys(localStorage) });
});
await startLanguages(store.getState().language);
speakOfKeys(store.getState().keys);

const engine = new Engine({
  store,
  startClient,
  loadLibrary: async () => (await import("./programs/files.ts")).library,
  fragment: {
    get: () => location.hash,
    clear: () => history.replaceState(null, "", location.pathname + location.search),
    base: () => location.origin + location.pathname,
  },
  binaries: makeShelf(localStorage),
  copy: (text) =>
    navigator.clipboard === undefined
      ? Promise.resolve(false)
      : navigator.clipboard.writeText(text).then(
          () => true,
          () => false,
        ),
});
const keeper = new WorkKeeper({
  store,
  storage: localStorage,
  page: pageStorage(),
  ownWork: () => engine.workToKeep(),
  onMerged: (merged) => takeOver(engine, merged),
});
store.subscribe((state, before) => {
  const { arrangements } = state.layout;
  if (arrangements !== before.layout.arrangements) saveArrangements(localStorage, arrangements);
});
// Other pages of this browser keep the same texts. A page that has slept was told nothing: it looks when it wakes.
window.addEventListener("storage", ({ key }) => (key === WORK_KEY || key === null) && keeper.sync());
window.addEventListener("pageshow", () => keeper.sync());
window.addEventListener("pagehide", () => keeper.flush());
document.addEventListener("visibilitychange", () => (document.hidden ? keeper.flush() : keeper.sync()));
// A link that is pasted into the address bar of an open page.
window.addEventListener("hashchange", () => void openFragment(engine));

createRoot(document.getElementById("root")!).render(
  <EngineProvider value={engine}>
    <App />
  </EngineProvider>,
);
void boot(engine).then(() => {
  // Not for those who came for a moment that was shared with them.
  const { document, sharing } = store.getState();
  if (document?.kind !== "program" || sharing.embed !== null || tourSeen(localStorage)) return;
  change(store, (draft) => {
    draft.visit.tourStop = 0;
  });
});
if (embeddingOf(location.search) === null) startOffline(store);
