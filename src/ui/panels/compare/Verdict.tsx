import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Comparison, Difference, DifferenceItem } from "../../../session/types.ts";
import type { CompareReply } from "../../../worker/protocol.ts";
import { Defined } from "../../components/terms/Defined.tsx";
import { findTerms } from "../../components/terms/find.ts";
import { goToDifference } from "../../engine/compare.ts";
import { useEngine } from "../../engine/context.ts";
import { bitsOf, count, FLAGS, ruleName } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Consequences } from "./Consequences.tsx";
import { Excerpt } from "./Excerpt.tsx";
import { useStrategyName } from "./names.ts";
import { Streams } from "./Streams.tsx";
import { WhatIfSwitch } from "./WhatIfSwitch.tsx";

/** What the comparison found. */
export function Verdict({ reply }: { readonly reply: CompareReply }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const nameOf = useStrategyName();
  const whatIf = useUi((state) => state.compare.whatIf);
  const { comparison } = reply;
  const { difference } = comparison;
  return (
    <section
      className={`verdict ${comparison.equivalent ? "equal" : "unequal"}`}
      aria-labelledby="verdict-title"
      role="status"
    >
      <div className="verdict-head">
        {comparison.equivalent ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
        <h3 id="verdict-title">
          <Headline comparison={comparison} />
        </h3>
        <WhatIfSwitch />
      </div>
      {difference === null ? (
        <div className="equal-why">
          {findTerms(
            [
              ...(comparison.streams
                ? []
                : [t("compare.equalWhy", { left: nameOf(comparison.left), right: nameOf(comparison.right) })]),
              ...(whatIf.length > 0 ? [t("compare.equalWhatIf", { names: whatIf.map(ruleName).join(", ") })] : []),
            ],
            language,
          ).map((pieces) => (
            <p key={pieces[0]?.text}>
              <Defined pieces={pieces} />
            </p>
          ))}
        </div>
      ) : (
        <Found difference={difference} reply={reply} />
      )}
      {comparison.streams && <Streams streams={comparison.streams} />}
      <Exempt reply={reply} />
    </section>
  );
}

function Headline({ comparison: { difference, streams, ticks } }: { readonly comparison: Comparison }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  if (difference === null) {
    return streams ? t("compared.allEqual") : t("compare.equal", { ticks: count(ticks, language) });
  }
  const { mnemonic } = difference;
  return mnemonic === "" ? t("compared.differs") : t("compare.differsAt", { mnemonic: mnemonic.toUpperCase() });
}

function Found({ difference, reply }: { readonly difference: Difference; readonly reply: CompareReply }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const nameOf = useStrategyName();
  const { left, right } = reply.comparison;
  const property = t(
    `property.${difference.property === "resource control" ? "resourceControl" : difference.property}`,
  );
  return (
    <div className="found">
      <div className="found-why">
        <p className="why">
          <Defined pieces={findTerms([words(difference.why)], language)[0]!} />
        </p>
        <dl className="found-facts">
          <div>
            <dt>{t("compare.property")}</dt>
            <dd>{property}</dd>
          </div>
          <div>
            <dt>{t("compare.tick")}</dt>
            <dd>{count(difference.tick, language)}</dd>
          </div>
          {difference.source === null && (
            <div>
              <dt>{t("compare.instruction")}</dt>
              <dd>
                <code>{difference.text}</code>
              </dd>
            </div>
          )}
        </dl>
        <div className="found-actions">
          <button type="button" className="button primary" onClick={() => void goToDifference(engine, "right")}>
            {t("compare.go", { strategy: nameOf(right) })}
          </button>
          <button type="button" className="button" onClick={() => void goToDifference(engine, "left")}>
            {t("compare.go", { strategy: nameOf(left) })}
          </button>
        </div>
        <Consequences comparison={reply.comparison} />
      </div>
      <div className="found-values">
        <Excerpt comparison={reply.comparison} />
        <table>
          <caption>{t("compare.valuesAfter")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("compare.what")}</th>
              <th scope="col">{nameOf(left)}</th>
              <th scope="col">{nameOf(right)}</th>
            </tr>
          </thead>
          <tbody>
            {withFlags(difference.items)
              .slice(0, 16)
              .map((item) => (
                <tr key={item.what}>
                  <th scope="row">{item.flag ? t("compare.flag", { name: item.what }) : item.what}</th>
                  <td>{item.left}</td>
                  <td>
                    <span className="mark-differs" aria-hidden="true">
                      ≠
                    </span>
                    <Marked value={item.right} other={item.left} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** The items with, after EFLAGS, the flags that differ in it: a bit says more than a word of bits. */
function withFlags(items: readonly DifferenceItem[]): readonly (DifferenceItem & { readonly flag: boolean })[] {
  return items.flatMap((item) => {
    const whole = { ...item, flag: false };
    if (item.what !== "eflags") return [whole];
    const [left, right] = [Number(item.left), Number(item.right)];
    const flags = FLAGS.filter((flag) => bitsOf(left, flag) !== bitsOf(right, flag)).map((flag) => ({
      what: flag.name,
      left: String(bitsOf(left, flag)),
      right: String(bitsOf(right, flag)),
      flag: true,
    }));
    return [whole, ...flags];
  });
}

/** A value with the characters marked that are not the other's. */
function Marked({ value, other }: { readonly value: string; readonly other: string }) {
  if (value.length !== other.length || value.length > 40) return <mark>{value}</mark>;
  return [...value].map((char, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: characters of one value, by place
    char === other[index] ? <span key={index}>{char}</span> : <mark key={index}>{char}</mark>,
  );
}

/** What was seen and is no violation. */
function Exempt({ reply }: { readonly reply: CompareReply }) {
  const { t } = useTranslation();
  const words = useWords();
  const { exempt } = reply.comparison;
  if (exempt.length === 0) return null;
  return (
    <details className="exempt">
      <summary>{t("compare.exempt", { count: exempt.length })}</summary>
      <ul>
        {exempt.map((entry) => (
          <li key={entry.words.en}>
            {words(entry.words)} ({entry.count})
          </li>
        ))}
      </ul>
    </details>
  );
}
