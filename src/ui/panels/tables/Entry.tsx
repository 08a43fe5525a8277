import { useTranslation } from "react-i18next";
import type { DescriptorView } from "../../../session/inspect/descriptor-view.ts";
import type { TableEntry, TableName, TableRow } from "../../../session/inspect/tables.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { Differs, Was } from "../facts/Marks.tsx";
import { MemoryLink } from "../facts/MemoryLink.tsx";
import type { Shown } from "../facts/SideChoice.tsx";

interface Props {
  readonly table: TableName;
  readonly row: TableRow;
  readonly shown: Shown;
  readonly virtualized: boolean;
}

/** One index of a table: what the guest has there, what there really is, and why they differ. */
export function Entry({ table, row, shown, virtualized }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const name =
    table === "idt"
      ? t("system.tables.vector", { vector: hex(row.index, 2) })
      : t("system.tables.selector", { selector: hex((row.index << 3) | (table === "ldt" ? 4 : 0), 4) });
  const guest = row.guest !== null && shown !== "physical";
  const physical = !virtualized || shown !== "guest";
  return (
    <div className="entry">
      <p className="entry-name">
        {name}
        {table !== "idt" && <span className="entry-index">{t("system.tables.entry", { index: row.index })}</span>}
      </p>
      {guest && <Half name={t("system.side.guest")} entry={row.guest!} differs={false} space="linear" />}
      {physical && (
        <Half
          name={virtualized ? t("system.side.physical") : null}
          entry={row.physical}
          differs={row.differs}
          space="host-linear"
        />
      )}
      {row.notes.length > 0 && shown !== "guest" && (
        <ul className="entry-notes">
          {row.notes.map((note) => (
            <li key={note.en}>{words(note)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Half({
  name,
  entry,
  differs,
  space,
}: {
  readonly name: string | null;
  readonly entry: TableEntry;
  readonly differs: boolean;
  /** In which its address is meant. */
  readonly space: "linear" | "host-linear";
}) {
  const { t } = useTranslation();
  const words = useWords();
  const changed = entry.changes !== undefined;
  return (
    <div className={`entry-half ${changed ? "fact-changed" : differs ? "fact-differs" : ""}`}>
      {name !== null && <span className="entry-side">{name}</span>}
      <div>
        {differs && <Differs />}
        {entry.view === null ? (
          <span className="fact-words inline">
            {t(entry.state === "unmapped" ? "system.tables.unmapped" : "system.tables.beyond")}
          </span>
        ) : (
          <>
            <Descriptor view={entry.view} />
            <span className="entry-line fact-words">
              <MemoryLink space={space} address={entry.address} />{" "}
              <span
                className="mono"
                title={t(entry.view.form === "vector" ? "system.tables.rawPointer" : "system.tables.raw")}
              >
                {rawText(entry.view)}
              </span>
            </span>
          </>
        )}
        {entry.changes !== undefined && (
          <Was
            value={`${entry.before ? rawText(entry.before) : t("system.side.nothing")} (${entry.changes.map(words).join(", ")})`}
          />
        )}
      </div>
    </div>
  );
}

function rawText({ form, high, low }: DescriptorView): string {
  return form === "vector" ? hex(low) : `${hex(high)} ${hex(low)}`;
}

function Descriptor({ view }: { readonly view: DescriptorView }) {
  const { t } = useTranslation();
  const words = useWords();
  if (view.form === "empty") return <span className="fact-words inline">{words(view.type)}</span>;
  const { target } = view;
  return (
    <>
      <span>
        {words(view.type)}
        {view.form !== "vector" && ` · ${t("system.tables.dpl", { dpl: view.dpl })}`}
        {view.flags.length > 0 && ` · ${view.flags.join(" ")}`}
        {!view.present && <strong> · {t("system.tables.notPresent")}</strong>}
      </span>
      {target === null ? (
        <span className="entry-line">
          <span className="fact-words inline">{t("system.tables.base")}</span>{" "}
          <span className="fact-value">{hex(view.base)}</span>{" "}
          <span className="fact-words inline">{t("system.tables.limit")}</span>{" "}
          <span className="fact-value">{hex(view.limit)}</span>
        </span>
      ) : (
        <span className="entry-line">
          <span className="fact-words inline">{t("system.tables.to")}</span>{" "}
          <span className="fact-value">
            {hex(target.selector, 4)}:{hex(target.offset, view.form === "vector" ? 4 : 8)}
          </span>
          {target.symbol !== null && <strong className="entry-symbol"> {target.symbol}</strong>}
          {target.hostGate && <span className="fact-words inline"> {t("system.tables.hostGate")}</span>}
          {view.parameters > 0 && (
            <span className="fact-words inline"> {t("system.tables.copies", { count: view.parameters })}</span>
          )}
        </span>
      )}
    </>
  );
}
