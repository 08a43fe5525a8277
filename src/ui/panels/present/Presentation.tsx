import { Maximize, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { actionOf } from "../../actions/index.ts";
import type { ActionId } from "../../actions/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { Who } from "../../components/Who.tsx";
import { closeCompare } from "../../engine/compare.ts";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/present.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { change, useAtRest, useUi } from "../../store/store.ts";
import { Stage } from "../stage/StagePanel.tsx";
import { placeNow } from "../timeline/lane-words.ts";
import { CodeSpotlight } from "./CodeSpotlight.tsx";
import { Reason } from "./Reason.tsx";
import { Counted, Facts, Printed } from "./Spotlight.tsx";
import "./present.css";

const ComparePanel = lazy(() => import("../compare/ComparePanel.tsx"));

addWords("present", { en, zh });

/** What a lecturer's keys do; remote controls send Page Up and Page Down. */
const KEYS: Readonly<Record<string, ActionId>> = {
  ArrowRight: "stepInto",
  PageDown: "stepInto",
  ArrowLeft: "stepBack",
  PageUp: "stepBack",
  ArrowDown: "nextTrap",
  ArrowUp: "previousTrap",
  Home: "toStart",
  "Shift+ArrowRight": "nextSilent",
  "Shift+ArrowLeft": "previousSilent",
};

/** The stage in big type for a projector, with the line that is executed and the reason in words. */
export default function Presentation() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const root = useRef<HTMLElement>(null);
  const language = useUi((state) => state.language);
  const view = useAtRest((state) => state.run.view);
  const main = useUi((state) => state.document?.main ?? "");
  const strategies = useUi((state) => state.facts?.strategies);
  const dialog = useUi((state) => state.dialog !== null);

  const comparing = useUi((state) => state.compare.open);
  const { answer } = useInspection({ kind: "executed" });

  const leave = (): void => {
    if (engine.state.compare.open) closeCompare(engine);
    else
      change(engine.store, (draft) => {
        draft.sharing.presenting = false;
      });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the keys read the state when they are pressed
  useEffect(() => {
    const before = document.activeElement;
    root.current?.focus();
    const onKeyDown = (event: KeyboardEvent): void => {
      // Escape first pauses a run (the page's own key), then leaves.
      if (event.defaultPrevented || engine.state.dialog !== null) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const id = KEYS[event.shiftKey ? `Shift+${event.key}` : event.key];
      if (event.key === "Escape") leave();
      // In the comparison the arrow keys scroll.
      else if (id === undefined || engine.state.compare.open) return;
      else if (actionOf(id).enabled(engine.state)) void actionOf(id).run(engine);
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [engine]);

  // The keys go on when what had the focus has gone.
  useEffect(() => {
    if (!comparing) root.current?.focus();
  }, [comparing]);

  const strategy = strategies?.find((fact) => fact.id === view?.strategy);
  return (
    <section
      className={`present ${comparing ? "comparing" : ""}`}
      ref={root}
      tabIndex={-1}
      aria-label={t("present.label")}
      inert={dialog}
    >
      <header className="present-head">
        <p className="present-title">
          <strong>{main}</strong> {strategy !== undefined && !comparing && <span>{words(strategy.title)}</span>}
        </p>
        {view !== null && !comparing && (
          <p className="present-where">
            <Who who={view.current} /> {t(`who.${view.current}`)} ·{" "}
            <span data-testid="present-step">
              {t("present.where", { step: count(view.step, language), place: placeNow(t, view) })}
            </span>
          </p>
        )}
        {document.fullscreenEnabled && (
          <button
            type="button"
            className="button"
            onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}
          >
            <Maximize aria-hidden="true" />
            <span>{t("present.fullScreen")}</span>
          </button>
        )}
        <button
          type="button"
          className="button"
          onClick={() =>
            change(engine.store, (draft) => {
              draft.sharing.presenting = false;
            })
          }
        >
          <X aria-hidden="true" />
          <span>{t("present.leave")}</span>
        </button>
      </header>
      {comparing ? (
        <Suspense fallback={<p className="present-quiet">{t("present.loading")}</p>}>
          <ComparePanel />
        </Suspense>
      ) : view === null ? (
        <p className="present-quiet">{t("present.loading")}</p>
      ) : (
        <>
          <Scroller className="present-left" label={t("present.stage")}>
            <Facts view={view} />
            <Enlarged>
              <Stage caption={false} />
            </Enlarged>
            <div className="present-cards">
              <Counted />
              <Printed view={view} />
            </div>
          </Scroller>
          <Scroller className="present-side" label={t("present.code")}>
            <CodeSpotlight view={view} executed={answer?.step === view.step ? answer.instruction : null} />
            <Reason view={view} />
          </Scroller>
        </>
      )}
      <footer className="present-foot">
        {comparing ? (
          <p className="present-keys">{t("present.keysCompare")}</p>
        ) : (
          <>
            <ActionButton id="stepBack" look="label">
              {t("present.stepBack")}
            </ActionButton>
            <ActionButton id="stepInto" look="label" className="primary">
              {t("present.step")}
            </ActionButton>
            <ActionButton id="nextTrap" look="label">
              {t("present.nextTrap")}
            </ActionButton>
            <ActionButton id="nextSilent" look="label">
              {t("present.nextSilent")}
            </ActionButton>
            <ActionButton id="compare" look="label">
              {t("present.compare")}
            </ActionButton>
            <p className="present-keys">{t("present.keys")}</p>
          </>
        )}
      </footer>
    </section>
  );
}

/** Width for which the stage is laid out, in units of its drawing: wide enough for the stack beside the rings. */
const STAGE_WIDTH = 520;
const PADDING = 14;

/** Shows the stage as large as there is room, whatever it is drawn for. */
function Enlarged({ children }: { readonly children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(STAGE_WIDTH);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setRoom(element.clientWidth - 2 * PADDING));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const scale = Math.max(1, room / STAGE_WIDTH);
  return (
    <div className="present-stage" ref={frame}>
      <div className="present-scaled" style={{ width: room / scale, transform: `scale(${scale})` }}>
        {children}
      </div>
    </div>
  );
}
