import { FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ruleName } from "../../format.ts";
import { useUi } from "../../store/store.ts";

/** Says that the processor on the stage is one that was never built (decision 13). */
export function WhatIfBanner() {
  const { t } = useTranslation();
  const rules = useUi((state) => state.run.view?.whatIf ?? state.work.whatIf);
  if (rules.length === 0) return null;
  return (
    <div className="notice warn what-if-banner">
      <FlaskConical size={16} aria-hidden="true" />
      <p>
        <strong>{t("whatIf.banner", { names: rules.map(ruleName).join(", ") })}</strong>{" "}
        {t(rules.every((rule) => rule === "umip") ? "whatIf.bannerUmip" : "whatIf.bannerHelp")}
      </p>
    </div>
  );
}
