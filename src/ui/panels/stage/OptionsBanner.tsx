import { SlidersHorizontal } from "lucide-react";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

/** Says that the VMM on the stage has switches of its own on. */
export function OptionsBanner() {
  const words = useWords();
  const strategy = useUi((state) => state.run.view?.strategy ?? state.work.strategy);
  const on = useUi((state) => state.run.view?.options ?? state.work.options[strategy]);
  const fact = useUi((state) => state.facts?.strategies.find(({ id }) => id === strategy));
  const options = fact?.options.filter(({ id }) => on?.includes(id)) ?? [];
  if (fact === undefined || options.length === 0) return null;
  return (
    <div className="notice what-if-banner options-banner">
      <SlidersHorizontal size={16} aria-hidden="true" />
      <p>
        {options.map(({ id, name, summary }) => (
          <span key={id}>
            <strong>{words(name)}.</strong> {words(summary)}{" "}
          </span>
        ))}
      </p>
    </div>
  );
}
