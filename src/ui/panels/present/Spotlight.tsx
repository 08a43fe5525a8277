import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import { useInspection } from "../../engine/inspect.ts";
import { bitsOf, FLAGS } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import type { State } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { isUnusual, ModeLine } from "../registers/ModeLine.tsx";
import { partedHere } from "../registers/parted.ts";

const IF = FLAGS.find(({ name }) => name === "IF")!;

/** The facts that a demonstration is about, as large as can be: ring and interrupt flag, real and as the guest has them. */
export function Facts({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const words = useWords();
  const compare = useUi((state) => state.compare);
  const strategies = useUi((state) => state.facts?.strategies);
  const virtual = view.occupants.some(({ who }) => who === "vmm");
  const parted = partedHere(compare, view);
  const other = parted && strategies?.find(({ id }) => id === parted.other)?.title;
  const rows = [
    { id: "cpl", real: view.physical.cpl, guest: view.guest.cpl, other: parted?.values.get("CPL") },
    {
      id: "if",
      real: bitsOf(view.physical.eflags, IF),
      guest: bitsOf(view.guest.eflags, IF),
      other: parted?.values.get("IF"),
    },
  ] as const;
  const facts = (
    <table className="present-facts">
      <caption className="visually-hidden">{t("present.facts.title")}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("present.facts.real")}</th>
          {virtual && <th scope="col">{t("present.facts.guest")}</th>}
          {other && <th scope="col">{words(other)}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{t(`present.facts.${row.id}`)}</th>
            <td>{row.real}</td>
            {virtual && <Value value={row.guest} differs={row.guest !== row.real} />}
            {other && <Value value={row.other ?? row.guest} differs={row.other !== undefined} />}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (!isUnusual(view)) return facts;
  return (
    <div>
      {facts}
      <ModeLine view={view} />
    </div>
  );
}

function Value({ value, differs }: { readonly value: number | string; readonly differs: boolean }) {
  const { t } = useTranslation();
  return (
    <td className={differs ? "differs" : ""}>
      {differs && (
        <span className="mark-differs" role="img" aria-label={t("present.facts.differs")}>
          ≠
        </span>
      )}
      {value}
    </td>
  );
}

/** Lines of output that fit beside the stage. */
const LINES = 3;

/** What the guest has printed so far, to its last line. */
export function Printed({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const port = view.console.serial !== "" || view.console.debug === "" ? "serial" : "debug";
  const text = view.console[port].trimEnd().split("\n").slice(-LINES).join("\n");
  return (
    <section className="present-card" aria-label={t("present.output.title")}>
      <h2>
        {t("present.output.title")} <small>{t(`present.output.${port}`)}</small>
      </h2>
      {text === "" ? <p className="present-quiet">{t("present.output.nothing")}</p> : <pre>{text}</pre>}
    </section>
  );
}

/** Variables that are shown at most. */
const VARIABLES = 4;
const COUNTS = 100_000;

/** The reader's watches, or else the variables that the program's main file names: `[ticket]`. */
function variables({ work, run, document }: State): readonly string[] {
  if (work.watches.length > 0) return work.watches.slice(0, VARIABLES).map(({ expression }) => expression);
  const labels = new Set(run.program?.symbols.filter(({ isLabel }) => isLabel).map(({ name }) => name));
  const used = [...(document?.text ?? "").replace(/;.*/g, "").matchAll(/\[\s*([\w.$@?~]+)\s*\]/g)].map(
    ([, name]) => name!,
  );
  return [...new Set(used)]
    .filter((name) => labels.has(name))
    .slice(0, VARIABLES)
    .map((name) => `[${name}]`);
}

/** What the guest has counted: variables and watches, with what the last step changed. */
export function Counted() {
  const { t } = useTranslation();
  const key = useUi((state) => variables(state).join("\n"));
  const watched = useUi((state) => state.work.watches.length > 0);
  const texts = useMemo(() => (key === "" ? [] : key.split("\n")), [key]);
  const { answer, asked } = useInspection(
    texts.length === 0 ? null : { kind: "expression", text: texts, before: true },
  );
  if (texts.length === 0 || answer === null || asked?.text.join("\n") !== key) return null;
  const shown = (bits: number): string => (bits < COUNTS ? String(bits) : `0x${bits.toString(16)}`);
  return (
    <section className="present-card" aria-label={t("present.values")}>
      <h2>{t("present.values")}</h2>
      <dl>
        {texts.map((text, index) => {
          const result = answer[index];
          // What nobody has asked for is shown if it looks like a count, and not like an address.
          if (!result?.ok || (!watched && result.value.bits >= COUNTS)) return null;
          return (
            <div key={text} className={result.before === null ? "" : "changed"}>
              <dt>{text.replace(/^\[(.*)\]$/, "$1")}</dt>
              <dd>
                {shown(result.value.bits)}
                {result.before !== null && <small> {t("present.was", { value: shown(result.before) })}</small>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
