import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TranslationFound, UnitDetail } from "../../../session/inspect/translation.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { CodeLine, WayOut } from "./CodeLine.tsx";
import { SIGNS } from "./treatments.ts";

interface Props {
  readonly found: TranslationFound;
  /** The reader has come here by choosing a unit: the keyboard is to go on at its heading. */
  readonly going: RefObject<boolean>;
  onUnit(index: number): void;
}

/** The guest's code and its translation side by side, a unit at a time. */
export function Code({ found, going, onUnit }: Props) {
  const { t } = useTranslation();
  const heading = useRef<HTMLElement>(null);
  useEffect(() => {
    if (going.current) heading.current?.focus();
    going.current = false;
  }, [going]);
  const { unit, units } = found;
  if (unit === null) {
    return (
      <div className="empty">
        <p>{t(units.length === 0 ? "translation.nothingYet" : "translation.noUnit")}</p>
      </div>
    );
  }
  const { index, context, label, eip, valid } = unit;
  const where = label ?? hex(eip);
  const base = hex(context.base);
  return (
    <>
      <div className="translation-unit">
        <Turn name={t("translation.previous")} to={index - 1} units={units.length} onUnit={onUnit}>
          <ChevronLeft aria-hidden="true" />
        </Turn>
        <strong ref={heading} tabIndex={-1} className="translation-name">
          {t("translation.unitAt", { index, where })}
        </strong>
        <Turn name={t("translation.next")} to={index + 1} units={units.length} onUnit={onUnit}>
          <ChevronRight aria-hidden="true" />
        </Turn>
        <span>{t(context.bigCode ? "translation.context" : "translation.context16", { cpl: context.cpl, base })}</span>
        {!valid && <strong className="translation-gone">✕ {t("translation.givenUp")}</strong>}
      </div>
      <p className="translation-state" role="status">
        <State found={found} unit={unit} />
      </p>
      <Scroller className="translation-code" label={t("common.contentOf", { title: t("translation.code") })}>
        <Lines key={index} unit={unit} onUnit={onUnit} />
        <Ways unit={unit} onUnit={onUnit} />
      </Scroller>
    </>
  );
}

interface StateProps {
  readonly found: TranslationFound;
  readonly unit: UnitDetail;
}

/** Where the guest stands, as seen from the unit that is shown. */
function State({ found: { present, direct, stubStart }, unit }: StateProps) {
  const { t } = useTranslation();
  if (present === null) return t(direct ? "translation.state.direct" : "translation.state.outside");
  if (present.unit !== unit.index) return t("translation.state.other", { index: present.unit });
  if (present.place >= stubStart) return t("translation.state.stub");
  return t(present.running ? "translation.state.running" : "translation.state.interrupted");
}

interface TurnProps {
  readonly name: string;
  readonly to: number;
  readonly units: number;
  readonly children: React.ReactNode;
  onUnit(index: number): void;
}

function Turn({ name, to, units, children, onUnit }: TurnProps) {
  const there = to >= 0 && to < units;
  return (
    <button
      type="button"
      className="button icon quiet"
      aria-label={name}
      data-tip={name}
      aria-disabled={!there}
      onClick={() => there && onUnit(to)}
    >
      {children}
    </button>
  );
}

/** The instructions; the arrow keys go from treatment to treatment, and the reason of one is under them. */
function Lines({ unit, onUnit }: { readonly unit: UnitDetail; onUnit(index: number): void }) {
  const { t } = useTranslation();
  const words = useWords();
  const list = useRef<HTMLOListElement>(null);
  const here = unit.lines.findIndex(({ now }) => now);
  const [pointed, setPointed] = useState<number | null>(null);
  const at = Math.min(pointed ?? Math.max(0, here), unit.lines.length - 1);
  const line = unit.lines[pointed ?? here];

  // What is executed next is in sight.
  useEffect(() => {
    if (here >= 0) list.current?.children[here]?.scrollIntoView({ block: "nearest" });
    setPointed(null);
  }, [here]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = unit.lines.length - 1;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || !(event.target as Element).matches(".treatment")) return;
    event.preventDefault();
    const bounded = Math.max(0, Math.min(last, to));
    setPointed(bounded);
    list.current?.querySelectorAll<HTMLElement>(".treatment")[bounded]?.focus();
  };

  return (
    <>
      <div className="translation-head" aria-hidden="true">
        <span>{t("translation.treatment")}</span>
        <span>{t("translation.guestCode")}</span>
        <span>{t("translation.cacheCode")}</span>
      </div>
      <ol className="translation-lines" ref={list} onKeyDown={onKeyDown}>
        {unit.lines.map((one, i) => (
          <CodeLine
            // biome-ignore lint/suspicious/noArrayIndexKey: instructions of one unit, by place
            key={i}
            line={one}
            active={i === at}
            onPoint={() => setPointed(i)}
            onUnit={onUnit}
          />
        ))}
        {unit.wayOut.length > 0 && <WayOut code={unit.wayOut} onUnit={onUnit} />}
      </ol>
      <p className="translation-reason">
        {line === undefined ? (
          t("translation.pickReason")
        ) : (
          <>
            <strong>
              <code>{line.text}</code> ({SIGNS[line.treatment]} {t(`translation.treatments.${line.treatment}`)}).
            </strong>{" "}
            {words(line.reason)}
            {line.traces > 0 && ` (${t("translation.traces", { count: line.traces })})`}
          </>
        )}
      </p>
    </>
  );
}

/** Where the unit goes on, and what leads to it. */
function Ways({ unit, onUnit }: { readonly unit: UnitDetail; onUnit(index: number): void }) {
  const { t } = useTranslation();
  return (
    <dl className="translation-ways">
      {unit.successors.map(({ target, label, state, unit: to }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two successors at most, by place
        <div key={i}>
          <dt>{t("translation.goesOnAt")}</dt>
          <dd>
            <code>{label ?? hex(target)}</code> {t(`translation.successors.${state}`)}{" "}
            {to !== null && <UnitLink index={to} onUnit={onUnit} />}
          </dd>
        </div>
      ))}
      {unit.from.length > 0 && (
        <div>
          <dt>{t("translation.ledFrom")}</dt>
          <dd>
            {unit.from.slice(0, MOST_LINKS).map((index) => (
              <UnitLink key={index} index={index} onUnit={onUnit} />
            ))}
            {unit.from.length > MOST_LINKS && ` +${unit.from.length - MOST_LINKS}`}
          </dd>
        </div>
      )}
      {unit.target && (
        <div>
          <dt>{t("translation.ledFrom")}</dt>
          <dd>{t("translation.table")}</dd>
        </div>
      )}
    </dl>
  );
}

const MOST_LINKS = 24;

/** A unit that is named, one press away. */
export function UnitLink({ index, onUnit }: { readonly index: number; onUnit(index: number): void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="button link translation-link"
      aria-label={t("translation.toUnit", { index })}
      onClick={() => onUnit(index)}
    >
      {t("translation.unit", { index })}
    </button>
  );
}
