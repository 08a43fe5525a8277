import { CornerDownRight, Flag, GitFork, Terminal, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Comparison, Consequence } from "../../../session/types.ts";
import { goToStep } from "../../engine/compare.ts";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { useStrategyName } from "./names.ts";

const ICONS = { delivery: Zap, path: GitFork, output: Terminal, end: Flag } as const;

/** What came of the difference, in order, each with the way to its moment in either run. */
export function Consequences({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation();
  if (comparison.consequences.length === 0) return null;
  return (
    <section className="consequences" aria-labelledby="consequences-title">
      <h3 id="consequences-title">
        <CornerDownRight aria-hidden="true" /> {t("compared.title")}
      </h3>
      <ol>
        {comparison.consequences.map((one) => (
          <One key={`${one.kind} ${one.tick}`} one={one} comparison={comparison} />
        ))}
      </ol>
    </section>
  );
}

interface OneProps {
  readonly one: Consequence;
  readonly comparison: Comparison;
}

function One({ one, comparison }: OneProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const nameOf = useStrategyName();
  const Icon = ICONS[one.kind];
  const kind = t(`compared.kind.${one.kind}`);
  return (
    <li className={`consequence consequence-${one.kind}`}>
      <Icon aria-hidden="true" />
      <p>{words(one.words)}</p>
      <div className="consequence-ways">
        {(["right", "left"] as const).map((side) => {
          const moment = one[side];
          if (moment === null) return null;
          const strategy = nameOf(comparison[side]);
          return (
            <button
              key={side}
              type="button"
              className="button link"
              aria-label={t("compared.seeKind", { kind, strategy })}
              onClick={() => void goToStep(engine, side, moment.step)}
            >
              {t("compared.see", { strategy })}
            </button>
          );
        })}
      </div>
    </li>
  );
}
