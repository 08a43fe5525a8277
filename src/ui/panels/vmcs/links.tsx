import { useTranslation } from "react-i18next";
import type { VmxFailureView } from "../../../session/inspect/vmx-failure.ts";
import { useEngine } from "../../engine/context.ts";
import { goToFile } from "../../engine/files.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { showPanel } from "../../layout/handle.ts";
import { useUi } from "../../store/store.ts";
import "./links.css";

/** Until the first answer is there. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <p>{t("vmx.waiting")}</p>
    </div>
  );
}

/** The way to a moment, or that it is the present one. */
export function StepLink({ step }: { readonly step: number }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const here = useUi((state) => state.run.view?.step === step);
  if (here) return <span className="vmx-here">▸ {t("vmx.exit.here")}</span>;
  return (
    <button type="button" className="vmx-link" onClick={() => void seek(engine, step)}>
      {t("vmx.go", { step: count(step, language) })}
    </button>
  );
}

/** That others have failed since by what one has left behind, with the way to the last of them; nothing if there are none. */
export function FollowedBy({ failure: { more, lastStep } }: { readonly failure: VmxFailureView }) {
  const { t } = useTranslation();
  if (more === 0) return null;
  return (
    <p>
      {t("vmx.failure.more", { count: more })} <StepLink step={lastStep} />
    </p>
  );
}

/** The line of an instruction, which leads to it; nothing where it has none. */
export function SourceLink({ source }: { readonly source: { readonly file: string; readonly line: number } | null }) {
  const { t } = useTranslation();
  const engine = useEngine();
  if (source === null) return null;
  const { file, line } = source;
  return (
    <button
      type="button"
      className="vmx-link mono"
      aria-label={t("vmx.toSource", { file, line })}
      onClick={() => {
        showPanel(engine, "editor");
        goToFile(engine, file, line);
      }}
    >
      {file}:{line}
    </button>
  );
}
