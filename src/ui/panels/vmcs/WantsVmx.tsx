import { Info } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { configure } from "../../engine/documents.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import "./words.ts";

/** Says that the program wants VT-x and does not have it here, with the way to where it does. */
export default function WantsVmx() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const strategies = useUi((state) => state.facts?.strategies) ?? [];
  const chosen = useUi((state) => state.work.strategy);
  const reference = useUi((state) => state.facts?.reference);
  const title = (id: string | undefined) => {
    const found = strategies.find((strategy) => strategy.id === id)?.title;
    return found === undefined ? "" : words(found);
  };
  if (reference === undefined) return null;
  return (
    <div className="notice" data-wants-vmx="">
      <Info size={16} aria-hidden="true" />
      <p>{t("vmx.wants", { strategy: title(chosen) })}</p>
      <button type="button" className="button" onClick={() => void configure(engine, { strategy: reference })}>
        {t("vmx.choose", { strategy: title(reference) })}
      </button>
    </div>
  );
}
