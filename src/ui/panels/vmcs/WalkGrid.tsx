import { useTranslation } from "react-i18next";
import type { ReferenceTable, VmxWalkAnswer, WalkReference } from "../../../session/inspect/vmx-walk.ts";

type Found = NonNullable<VmxWalkAnswer["walk"]>;
type Row = WalkReference["for"];

const EPT: readonly ReferenceTable[] = ["ept-pml4e", "ept-pdpte", "ept-pde", "ept-pte"];
const ROWS: readonly Row[] = ["guest-pde", "guest-pte", "page"];

/** The references as a grid: what is looked up of the guest's down, levels of EPT across, the guest's own entry last. */
export function WalkGrid({ walk }: { readonly walk: Found }) {
  const { t } = useTranslation();
  const { ept, paging, space, references } = walk;
  const guest = paging && space === "linear";
  const rows = guest ? (ept ? ROWS : ROWS.slice(0, 2)) : ROWS.slice(2);
  if (!ept && !guest) return null;
  const title = t(ept ? "vmx.walk.grid" : "vmx.walk.gridPlain");
  return (
    <table className="vmx-grid">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t("vmx.walk.for")}</th>
          {ept &&
            EPT.map((table) => (
              <th key={table} scope="col">
                {t(`vmx.walk.columns.${table as "ept-pte"}`)}
              </th>
            ))}
          {guest && <th scope="col">{t("vmx.walk.columns.guest")}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const mine = references.filter((reference) => reference.for === row);
          return (
            <tr key={row} data-row={row}>
              <th scope="row">{t(`vmx.walk.rows.${row}`)}</th>
              {ept && EPT.map((table) => <Cell key={table} reference={mine.find((one) => one.table === table)} />)}
              {guest && <Cell reference={mine.find(({ table }) => table.startsWith("guest"))} none={row === "page"} />}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** One reference: its number, which leads to it in the list, and the letters of its bits. */
function Cell({ reference, none = false }: { readonly reference: WalkReference | undefined; readonly none?: boolean }) {
  const { t } = useTranslation();
  if (reference === undefined) {
    return (
      <td className={none ? "none" : "skipped"}>
        {!none && (
          <>
            <span aria-hidden="true">·</span>
            <span className="visually-hidden">{t("vmx.walk.skipped")}</span>
          </>
        )}
      </td>
    );
  }
  const { number, table, bits, verdict } = reference;
  const stops = verdict !== "on";
  return (
    <td className={`${table.startsWith("guest") ? "guest" : "ept"} ${stops ? "stops" : ""}`} data-cell={number}>
      <button
        type="button"
        className="vmx-cell"
        aria-label={`${t("vmx.walk.cell", { number, table: t(`vmx.walk.tables.${table}`) })}${stops ? `, ${t("vmx.walk.stops")}` : ""}`}
        onClick={() => document.getElementById(`vmx-reference-${number}`)?.focus()}
      >
        {stops && "✕"}
        {number}
      </button>
      <span className="vmx-letters mono">{bits.join(" ")}</span>
    </td>
  );
}
