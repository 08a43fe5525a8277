import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { actionForKey, isLeftAlone } from "../../actions/keys.ts";
import { Tips } from "../../components/Tips.tsx";
import { useEngine } from "../../engine/context.ts";
import { chooseLanguage } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { useDark, useMedia } from "../../theme.ts";
import { Timeline } from "../timeline/Timeline.tsx";
import { Announcer } from "./Announcer.tsx";
import { Header } from "./Header.tsx";
import { PageNotices } from "./PageNotices.tsx";
import { RunBar } from "./RunBar.tsx";
import "./shell.css";
import { NarrowBench } from "./NarrowBench.tsx";
import { Workbench } from "./Workbench.tsx";

// Fetched when first wanted.
const ComparePanel = lazy(() => import("../compare/ComparePanel.tsx"));
const Dialogs = lazy(() => import("../dialogs/Dialogs.tsx"));
const EmbedPage = lazy(() => import("../embed/EmbedPage.tsx"));
const Presentation = lazy(() => import("../present/Presentation.tsx"));
const Tour = lazy(() => import("../tour/Tour.tsx"));

/** The page. */
export function App() {
  const { t } = useTranslation();
  const engine = useEngine();
  const dark = useDark();
  const language = useUi((state) => state.language);
  const dialog = useUi((state) => state.dialog !== null);
  const comparing = useUi((state) => state.compare.open);
  const embedded = useUi((state) => state.sharing.embed !== null);
  const presenting = useUi((state) => state.sharing.presenting);
  const touring = useUi((state) => state.visit.tourStop !== null);
  const wide = useMedia("(min-width: 1180px)");
  const narrow = useMedia("(max-width: 819px)");

  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    void chooseLanguage(language);
    // What the page is called once it is installed.
    const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    manifest?.setAttribute("href", language === "zh" ? "./manifest.zh.webmanifest" : "./manifest.webmanifest");
  }, [language]);
  useEffect(() => {
    document.title = t("app.pageTitle");
  }, [t]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { known, action } = actionForKey(event, engine.state);
      if (!known || engine.state.dialog !== null || isLeftAlone(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (action !== null) void action.run(engine);
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [engine]);

  return (
    <>
      {embedded ? (
        <Suspense>
          <EmbedPage />
        </Suspense>
      ) : (
        <div className="page" inert={presenting}>
          {touring && (
            <Suspense>
              <Tour />
            </Suspense>
          )}
          <Header />
          <main className="page-main">
            <PageNotices />
            {comparing && !presenting ? (
              <Suspense>
                <ComparePanel />
              </Suspense>
            ) : (
              <>
                <RunBar />
                <div className="bench">
                  {narrow ? <NarrowBench /> : <Workbench breadth={wide ? "wide" : "medium"} />}
                </div>
                <Timeline />
              </>
            )}
          </main>
        </div>
      )}
      {presenting && (
        <Suspense>
          <Presentation />
        </Suspense>
      )}
      {dialog && (
        <Suspense>
          <Dialogs />
        </Suspense>
      )}
      <Announcer />
      <Tips />
    </>
  );
}
