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
import { detectLanguage, startLanguages } from "./i18n/index.ts";
import { App } from "./panels/shell/App.tsx";
import { autosave, restore } from "./store/persist.ts";
import { change, store } from "./store/store.ts";

const saved = restore(localStorage);
change(store, (draft) => {
  draft.theme = saved.theme;
  draft.language = saved.language ?? detectLanguage(navigator.languages);
  draft.lessonOpen = saved.lessonOpen;
  draft.work = castDraft({ ...saved.work });
  draft.drafts = castDraft({ ...saved.drafts });
});
startLanguages(store.getState().language);

const engine = new Engine({
  store,
  startClient,
  loadLibrary: async () => (await import("./programs/files.ts")).library,
  fragment: {
    get: () => location.hash,
    clear: () => history.replaceState(null, "", location.pathname + location.search),
    base: () => location.origin + location.pathname,
  },
  copy: (text) =>
    navigator.clipboard === undefined
      ? Promise.resolve(false)
      : navigator.clipboard.writeText(text).then(
          () => true,
          () => false,
        ),
});
const stop = autosave(store, localStorage, () => engine.workToKeep());
window.addEventListener("pagehide", stop);
// A link that is pasted into the address bar of an open page.
window.addEventListener("hashchange", () => void openFragment(engine));

createRoot(document.getElementById("root")!).render(
  <EngineProvider value={engine}>
    <App />
  </EngineProvider>,
);
void boot(engine);
