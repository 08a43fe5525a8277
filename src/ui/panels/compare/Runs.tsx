import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import type { CompareReply } from "../../../worker/protocol.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useStrategyName } from "./names.ts";

/** What each run showed on its console, with the place marked from which they differ. */
export function Runs({ reply }: { readonly reply: CompareReply }) {
  const { t } = useTranslation();
  const names = useStrategyName();
  const { left, right, comparison } = reply;
  return (
    <section className="runs" aria-label={t("compare.consoles")}>
      <Run name={names(comparison.left)} view={left} other={right} />
      <Run name={names(comparison.right)} view={right} other={left} />
    </section>
  );
}

function outputs(view: View): readonly { readonly id: "serial" | "screen" | "debug"; readonly text: string }[] {
  const { console } = view;
  return [
    { id: "serial", text: console.serial },
    {
      id: "screen",
      text: console.screen
        .map((row) => row.trimEnd())
        .join("\n")
        .trimEnd(),
    },
    { id: "debug", text: console.debug },
  ];
}

function Run({ name, view, other }: { readonly name: string; readonly view: View; readonly other: View }) {
  const { t } = useTranslation();
  const theirs = outputs(other);
  const shown = outputs(view)
    .map((output, index) => ({ ...output, other: theirs[index]!.text }))
    .filter((output) => output.text !== "" || output.other !== "");
  return (
    <article className="run">
      <header>
        <h3>{name}</h3>
        <p>{t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })}</p>
      </header>
      {shown.length === 0 && <p className="console-hint">{t("compare.silent")}</p>}
      {shown.map((output) => (
        <div key={output.id}>
          <h4>{t(`console.${output.id}`)}</h4>
          <Console name={name} text={output.text} other={output.other} label={t(`console.${output.id}`)} />
        </div>
      ))}
    </article>
  );
}

interface ConsoleProps {
  readonly name: string;
  readonly text: string;
  readonly other: string;
  readonly label: string;
}

function Console({ name, text, other, label }: ConsoleProps) {
  const { t } = useTranslation();
  let same = 0;
  while (same < text.length && same < other.length && text[same] === other[same]) same++;
  const equal = text === other;
  return (
    <Scroller label={`${name}: ${label}`}>
      <pre>
        {text.slice(0, same)}
        {!equal && (
          <>
            <span className="parting" role="img" aria-label={t("compare.from")}>
              ≠
            </span>
            <mark>{text.slice(same) || t("compare.nothingMore")}</mark>
          </>
        )}
      </pre>
    </Scroller>
  );
}
