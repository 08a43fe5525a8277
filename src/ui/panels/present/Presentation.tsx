import { Maximize, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { actionOf } from "../../actions/index.ts";
import type { ActionId } from "../../actions/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Who } from "../../components/Who.tsx";
import { useEngine } from "../../engine/context.ts";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/present.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { change, useAtRest, useUi } from "../../store/store.ts";
import { Stage } from "../stage/StagePanel.tsx";
import { CodeSpotlight } from "./CodeSpotlight.tsx";
import { Reason } from "./Reason.tsx";
import "./present.css";

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

  const leave = (): void =>
    change(engine.store, (draft) => {
      draft.sharing.presenting = false;
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the keys read the state when they are pressed
  useEffect(() => {
    const before = document.activeElement;
    root.current?.focus();
    const onKeyDown = (event: KeyboardEvent): void => {
      // Escape first pauses a run (the page's own key), then leaves.
      if (event.defaultPrevented || engine.state.dialog !== null) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const id = KEYS[event.key];
      if (event.key === "Escape") leave();
      else if (id === undefined) return;
      else if (actionOf(id).enabled(engine.state)) void actionOf(id).run(engine);
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [engine]);

  if (view === null) return null;
  const strategy = strategies?.find((fact) => fact.id === view.strategy);
  return (
    <section className="present" ref={root} tabIndex={-1} aria-label={t("present.label")} inert={dialog}>
      <header className="present-head">
        <p className="present-title">
          <strong>{main}</strong> {strategy !== undefined && <span>{words(strategy.title)}</span>}
        </p>
        <p className="present-where">
          <Who who={view.current} /> {t(`who.${view.current}`)} ·{" "}
          <span data-testid="present-step">
            {t("present.where", { step: count(view.step, language), ring: view.physical.cpl })}
          </span>
        </p>
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
        <button type="button" className="button" onClick={leave}>
          <X aria-hidden="true" />
          <span>{t("present.leave")}</span>
        </button>
      </header>
      <Enlarged>
        <Stage caption={false} />
      </Enlarged>
      <div className="present-side">
        <CodeSpotlight view={view} />
        <Reason view={view} />
      </div>
      <footer className="present-foot">
        <ActionButton id="previousTrap" />
        <ActionButton id="stepBack" look="label" />
        <ActionButton id="stepInto" look="label" className="primary" />
        <ActionButton id="nextTrap" />
        <p>{t("present.keys")}</p>
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
