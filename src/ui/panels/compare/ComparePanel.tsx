import { ArrowLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { closeCompare } from "../../engine/compare.ts";
import { useEngine } from "../../engine/context.ts";
import { en, zh } from "../../i18n/areas/compared.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import "./compare.css";
import { Runs } from "./Runs.tsx";
import { Verdict } from "./Verdict.tsx";

addWords("compared", { en, zh });

/** Both runs side by side, the first instruction at which they part, and why. */
export default function ComparePanel() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const compare = useUi((state) => state.compare);
  const presenting = useUi((state) => state.sharing.presenting);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { status, reply } = compare;
  return (
    <section className="compare" aria-labelledby="compare-title" aria-busy={status === "running"}>
      <header className="compare-head">
        <button type="button" className="button" onClick={() => closeCompare(engine)}>
          <ArrowLeft aria-hidden="true" />
          {t(presenting ? "compared.backToStage" : "compare.back")}
        </button>
        <h2 id="compare-title" ref={heading} tabIndex={-1}>
          {t("compare.title")}
        </h2>
        {status === "running" && <ActionButton id="pause" look="label" />}
      </header>
      <div className={`progress ${status === "running" ? "" : "idle"}`} aria-hidden="true">
        <div style={{ width: status === "running" ? `${Math.round(compare.progress * 100)}%` : "0" }} />
      </div>
      {reply === null ? (
        <div className="empty" role="status">
          {status === "failed" && compare.problem !== null ? (
            <>
              <p>{words(compare.problem)}</p>
              <p>{t("compare.fixFirst")}</p>
            </>
          ) : (
            <p>{t("compare.running")}</p>
          )}
        </div>
      ) : (
        <div className={`compare-body ${status === "running" ? "stale" : ""}`}>
          {presenting && <Runs reply={reply} />}
          <Verdict reply={reply} />
          {!presenting && <Runs reply={reply} />}
        </div>
      )}
    </section>
  );
}
