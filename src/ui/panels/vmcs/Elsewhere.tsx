import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { configure, openProgram } from "../../engine/documents.ts";
import { useWords } from "../../i18n/index.ts";
import { asksForVmx } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** The topic of the programs that are hypervisors themselves, and how many of them are offered. */
const TOPIC = "vmx";
const OFFERED = 3;

/** The processor has no VT-x: what there would be to see, and how to get there. */
export function Elsewhere() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const strategies = useUi((state) => state.facts?.strategies) ?? [];
  const reference = useUi((state) => state.facts?.reference);
  const asks = useUi(asksForVmx);
  const programs = engine.library?.programs.filter(({ topic }) => topic === TOPIC).slice(0, OFFERED) ?? [];
  return (
    <div className="empty vmx-elsewhere">
      <p>{t("vmx.none")}</p>
      <p>{t("vmx.how")}</p>
      {strategies
        // A hypervisor itself has the processor's VT-x where nobody else is in its way.
        .filter(({ id, nonRoot }) => (asks ? id === reference : nonRoot))
        .map((strategy) => (
          <button
            key={strategy.id}
            type="button"
            className="button primary"
            onClick={() => void configure(engine, { strategy: strategy.id })}
          >
            {t("vmx.choose", { strategy: words(strategy.title) })}
          </button>
        ))}
      {programs.map((program) => (
        <button
          key={program.id}
          type="button"
          className="button"
          onClick={() => void openProgram(engine, program.id, reference === undefined ? {} : { strategy: reference })}
        >
          {t("vmx.program", { title: words(program.title) || program.id })}
        </button>
      ))}
    </div>
  );
}
