import { useTranslation } from "react-i18next";

/** Until the first answer is there. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <p>{t("hypervisor.waiting")}</p>
    </div>
  );
}
