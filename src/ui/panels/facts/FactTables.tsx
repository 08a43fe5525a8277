import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import type { FactNow, FactTable } from "../../../session/inspect/facts.ts";
import { useWords } from "../../i18n/index.ts";
import { Differs, Was } from "./Marks.tsx";
import type { Shown } from "./SideChoice.tsx";

interface Props {
  readonly tables: readonly FactTable[];
  readonly shown: Shown;
  readonly guestName: string;
  readonly physicalName: string;
}

/** Facts in groups, the guest's beside the real ones. */
export function FactTables({ tables, shown, guestName, physicalName }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const hasGuest = tables.some((table) => table.rows.some((row) => row.guest !== null));
  const guest = hasGuest && shown !== "physical";
  const physical = !hasGuest || shown !== "guest";
  return tables.map((table) => (
    <table key={table.key} className="facts" data-group={table.key}>
      <caption>{words(table.title)}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t("system.name")}</span>
          </th>
          {guest && <th scope="col">{guestName}</th>}
          {physical && <th scope="col">{physicalName}</th>}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.key} data-fact={row.key}>
            <th scope="row">{words(row.name)}</th>
            {guest && <Value fact={row.guest} differs={false} />}
            {physical && <Value fact={row.physical} differs={row.differs} />}
          </tr>
        ))}
      </tbody>
    </table>
  ));
}

function Value({ fact, differs }: { readonly fact: FactNow | null; readonly differs: boolean }) {
  const words = useWords();
  const changed = fact?.before !== undefined;
  return (
    <td className={changed ? "fact-changed" : differs ? "fact-differs" : ""}>
      {fact !== null && (
        <>
          {differs && <Differs />}
          <span className="fact-value">{fact.value}</span>
          {fact.words !== undefined && <span className="fact-words">{words(fact.words)}</span>}
          {fact.before !== undefined && <Was value={fact.before} />}
        </>
      )}
    </td>
  );
}

interface ListProps {
  readonly title: string;
  readonly rows: readonly (FactNow & { readonly name: Words })[];
  readonly group: string;
}

/** Facts that only one side has. */
export function FactList({ title, rows, group }: ListProps) {
  const words = useWords();
  const { t } = useTranslation();
  return (
    <table className="facts" data-group={group}>
      <caption>{title}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t("system.name")}</th>
          <th scope="col">{t("system.side.physicalAlone")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-fact={row.key}>
            <th scope="row">{words(row.name)}</th>
            <Value fact={row} differs={false} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
