import { SlidersHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { late, Wanted } from "../../components/Wanted.tsx";
import { useUi } from "../../store/store.ts";

const body = late(() => import("./MachineMenuBody.tsx"));

/** Opens the choices of the computer and its processor; says how many rules and options hold. */
export function MachineMenu() {
  const { t } = useTranslation();
  const rules = useUi(({ work }) => work.whatIf.length + (work.options[work.strategy]?.length ?? 0));
  const face = (
    <>
      <SlidersHorizontal aria-hidden="true" />
      <span className="machine-label">{t("machine.short")}</span>
      {rules > 0 && <span className="count">{rules}</span>}
    </>
  );
  return (
    <Wanted
      module={body}
      opens="dialog"
      face={{ className: "button", "aria-label": t("machine.title"), children: face }}
    >
      {({ MachineMenuBody }, place) => <MachineMenuBody {...place} />}
    </Wanted>
  );
}
