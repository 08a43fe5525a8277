import { Check, CloudOff, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useUi } from "../../store/store.ts";

/** A quiet word on whether the browser has kept what was written. */
export function SavedSign() {
  const { t } = useTranslation();
  const saving = useUi((state) => state.documents.saving);
  const kind = saving === "full" || saving === "off" ? "not" : saving;
  const Icon = { saved: Check, pending: LoaderCircle, not: CloudOff }[kind];
  return (
    <span className={`saved-sign ${kind}`} title={t(`editor.saving.${saving}Help`)} data-saving={saving}>
      <Icon aria-hidden="true" />
      <span>{t(`editor.saving.${saving}`)}</span>
    </span>
  );
}
