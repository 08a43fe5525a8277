import { CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { showVmx } from "../../engine/vmx.ts";
import { useWords } from "../../i18n/index.ts";
import { FollowedBy, SourceLink, StepLink } from "./links.tsx";
import { useVmxFailure } from "./use-failure.ts";
import "./words.ts";
import "./failure.css";

/** Says that VT-x has refused, and why: which check, which field, which value, which rule. */
export default function FailureNotice() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const failure = useVmxFailure();
  if (failure === null) return null;
  const { title, brief, rule, entry, step, source } = failure;
  return (
    <section className="notice danger vmx-failure" aria-label={t("vmx.failure.title")} data-vmx-failure={step}>
      <CircleX size={16} aria-hidden="true" />
      <div>
        <p>
          <strong>{words(title)}.</strong> {words(brief)}
        </p>
        {rule !== null && (
          <p>
            {t("vmx.checks.rule")}
            {t("vmx.colon")}
            {words(rule)}
          </p>
        )}
        <FollowedBy failure={failure} />
        <p className="vmx-failure-ways">
          {entry && (
            <button type="button" className="button" onClick={() => showVmx(engine, "checks")}>
              {t("vmx.checks.show")}
            </button>
          )}
          <StepLink step={step} />
          <SourceLink source={source} />
        </p>
      </div>
    </section>
  );
}
