import { ChevronDown, ChevronRight } from "lucide-react";
import { Switch } from "radix-ui";
import { useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { VmcsAnswer, VmcsRow } from "../../../session/inspect/vmx-vmcs.ts";
import { useEngine } from "../../engine/context.ts";
import { count, hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";
import { fieldFits } from "./field-fits.ts";
import { Parts } from "./Parts.tsx";
import { Road } from "./Status.tsx";
import { VirtualList } from "./VirtualList.tsx";

/** Height of a row until it has been measured. */
const ROW_PX = 44;

/** The encoding as manuals write it: `681Eh`. */
export const encodingText = (encoding: number): string => `${hex(encoding, 4).toUpperCase()}h`;

interface Filter {
  readonly group: string;
  readonly changed: boolean;
}

/** The VMCS by groups: each field raw and decoded, and what the last exit has changed. */
export function Fields({ answer }: { readonly answer: VmcsAnswer }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  const search = useUi((state) => state.vmx.search);
  const [filter, setFilter] = useState<Filter>({ group: "all", changed: false });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { groups, exitStep, sinceStep } = answer;
  const shown = useMemo(
    () =>
      groups
        .filter(({ id }) => filter.group === "all" || id === filter.group)
        .map(({ id, title, rows }) => ({
          id,
          title,
          rows: rows.filter((row) => (!filter.changed || row.before !== null) && fieldFits(row, search)),
        }))
        .filter(({ rows }) => rows.length > 0),
    [groups, filter, search],
  );
  const lines = shown.flatMap(({ id, title, rows }) => [
    { key: id as string, title, number: rows.length, row: null },
    ...rows.map((row) => ({ key: row.name as string, title: row.title, number: 0, row })),
  ]);
  const total = shown.reduce((sum, { rows }) => sum + rows.length, 0);
  const toggle = (name: string): void => {
    const next = new Set(open);
    if (!next.delete(name)) next.add(name);
    setOpen(next);
  };
  if (answer.shown === null) return <Road answer={answer} />;
  return (
    <>
      <Tools answer={answer} filter={filter} total={total} onFilter={setFilter} />
      {lines.length === 0 ? (
        <div className="empty">
          <p>
            {filter.changed && search === "" && filter.group === "all"
              ? t(exitStep === null ? "vmx.fields.noExit" : "vmx.fields.unchanged")
              : t("vmx.fields.nothing")}
          </p>
        </div>
      ) : (
        <VirtualList
          label={t("common.contentOf", { title: t("vmx.tab.fields") })}
          list={t("vmx.fields.list")}
          keys={lines.map(({ key }) => key)}
          estimate={ROW_PX}
          head={
            <p className="fact-legend">
              {exitStep === null ? (
                t("vmx.fields.noExit")
              ) : (
                <>
                  <span className="fact-dot">•</span>{" "}
                  {sinceStep === null
                    ? t("vmx.fields.sinceFirst", { step: count(exitStep, language) })
                    : t("vmx.fields.since", { step: count(exitStep, language), since: count(sinceStep, language) })}
                </>
              )}
            </p>
          }
          row={(index) => {
            const { row, title, number } = lines[index]!;
            return row === null ? (
              <p className="vmx-group">
                {words(title)} <span className="vmx-count">{number}</span>
              </p>
            ) : (
              <Row row={row} open={open.has(row.name)} onToggle={() => toggle(row.name)} />
            );
          }}
        />
      )}
    </>
  );
}

interface ToolsProps {
  readonly answer: VmcsAnswer;
  readonly filter: Filter;
  readonly total: number;
  onFilter(filter: Filter): void;
}

function Tools({ answer, filter, total, onFilter }: ToolsProps) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const id = useId();
  const language = useUi((state) => state.language);
  const search = useUi((state) => state.vmx.search);
  return (
    <div className="vmx-bar">
      <label className="vmx-search" htmlFor={`${id}-search`}>
        <span className="visually-hidden">{t("vmx.fields.search")}</span>
        <input
          id={`${id}-search`}
          type="search"
          className="field"
          placeholder={t("vmx.fields.searchHint")}
          value={search}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) =>
            change(engine.store, (draft) => {
              draft.vmx.search = target.value;
            })
          }
        />
      </label>
      <label htmlFor={`${id}-group`}>
        <span className="visually-hidden">{t("vmx.fields.group")}</span>
        <select
          id={`${id}-group`}
          className="field"
          value={filter.group}
          onChange={(event) => onFilter({ ...filter, group: event.target.value })}
        >
          <option value="all">{t("vmx.fields.all")}</option>
          {answer.groups.map((group) => (
            <option key={group.id} value={group.id}>
              {words(group.title)}
            </option>
          ))}
        </select>
      </label>
      <label className="vmx-switch" htmlFor={`${id}-changed`}>
        <Switch.Root
          id={`${id}-changed`}
          className="switch"
          checked={filter.changed}
          onCheckedChange={(changed) => onFilter({ ...filter, changed })}
        >
          <Switch.Thumb />
        </Switch.Root>
        {t("vmx.fields.changed")}
      </label>
      <p className="vmx-count" role="status">
        {t("vmx.fields.count", { count: total, shown: count(total, language) })}
      </p>
    </div>
  );
}

interface RowProps {
  readonly row: VmcsRow;
  readonly open: boolean;
  onToggle(): void;
}

function Row({ row, open, onToggle }: RowProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { name, encoding, title, raw, decoded, before, by, idle, access, width } = row;
  const Sign = open ? ChevronDown : ChevronRight;
  const wrong = row.parts.some((part) => part.wrong);
  return (
    <div className={`vmx-field ${before === null ? "" : "fact-changed"} ${idle ? "idle" : ""}`} data-field={name}>
      <div className="vmx-field-head">
        <button type="button" className="vmx-toggle" aria-expanded={open} onClick={onToggle}>
          <Sign aria-hidden="true" />
          {words(title)}
        </button>
        <span className="vmx-encoding mono">{encodingText(encoding)}</span>
        <span className="vmx-raw mono">{raw}</span>
      </div>
      {decoded !== null && <p className="vmx-decoded">{words(decoded)}</p>}
      {wrong && <p className="vmx-wrong">✕ {t("vmx.fields.wrongAlone")}</p>}
      {idle && <p className="vmx-idle">{t(access === "read-only" ? "vmx.fields.idleExit" : "vmx.fields.idle")}</p>}
      {before !== null && (
        <p className="fact-was">
          <span aria-hidden="true">• </span>
          <span className="visually-hidden">
            {t("vmx.fields.changedMark")}
            {t("vmx.colon")}
          </span>
          {t("vmx.fields.was", { value: before })}
          {by !== null && `${t("vmx.comma")}${t(`vmx.fields.by.${by}`)}`}
        </p>
      )}
      {open && (
        <div className="vmx-field-body">
          {row.words !== null && <p>{words(row.words)}</p>}
          <p className="fact-words">
            <span className="mono">{name}</span> · {t(`vmx.fields.width.${width}`)} · {t(`vmx.fields.access.${access}`)}
          </p>
          {row.parts.length > 0 && <Parts parts={row.parts} label={words(title)} />}
        </div>
      )}
    </div>
  );
}
