import { Tooltip } from "radix-ui";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { actionForKey } from "../../actions/index.ts";
import { useEngine } from "../../engine/context.ts";
import { useUi } from "../../store/store.ts";
import { useDark, useMedia } from "../../theme.ts";
import { Timeline } from "../timeline/Timeline.tsx";
import { Announcer } from "./Announcer.tsx";
import { Header } from "./Header.tsx";
import { PageNotices } from "./PageNotices.tsx";
import { RunBar } from "./RunBar.tsx";
import "./shell.css";
import { MediumBench, NarrowBench, WideBench } from "./Workbench.tsx";

// Fetched when first wanted.
const ComparePanel = lazy(() => import("../compare/ComparePanel.tsx"));
const Dialogs = lazy(() => import("../dialogs/Dialogs.tsx"));

/** The page. */
export function App() {
  const { t, i18n } = useTranslation();
  const engine = useEngine();
  const dark = useDark();
  const language = useUi((state) => state.language);
  const dialog = useUi((state) => state.dialog !== null);
  const comparing = useUi((state) => state.compare.open);
  const wide = useMedia("(min-width: 1180px)");
  const narrow = useMedia("(max-width: 819px)");

  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [language, i18n]);
  useEffect(() => {
    document.title = t("app.pageTitle");
  }, [t]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { known, action } = actionForKey(event, engine.state);
      if (!known || engine.state.dialog !== null) return;
      event.preventDefault();
      event.stopPropagation();
      if (action !== null) void action.run(engine);
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [engine]);

  return (
    <Tooltip.Provider delayDuration={400}>
      <div className="page">
        <Header />
        <main className="page-main">
          <PageNotices />
          {comparing ? (
            <Suspense>
              <ComparePanel />
            </Suspense>
          ) : (
            <>
              <RunBar />
              <div className="bench">{narrow ? <NarrowBench /> : wide ? <WideBench /> : <MediumBench />}</div>
              <Timeline />
            </>
          )}
        </main>
      </div>
      {dialog && (
        <Suspense>
          <Dialogs />
        </Suspense>
      )}
      <Announcer />
    </Tooltip.Provider>
  );
}
