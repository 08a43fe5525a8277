import { ChevronsDownUp, ChevronsUpDown, LocateFixed } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/listing.ts";
import { addWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Disassembly } from "./Disassembly.tsx";
import { Listing } from "./Listing.tsx";
import "./listing.css";
import { itemsOf } from "./tree.ts";
import { useListing } from "./use-listing.ts";

addWords("listing", { en, zh });

/** What the assembler made of the program, line by line; of a binary, a disassembly. */
export default function ListingPanel() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const failed = useUi((state) => state.run.status === "failed");
  const listing = useListing();
  const [follow, setFollow] = useState(true);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const items = useMemo(() => (listing?.rows ? itemsOf({ ...listing, rows: listing.rows }) : []), [listing]);
  const calls = useMemo(() => items.filter((item) => item.row.macro !== null).map((item) => item.index), [items]);
  const open = calls.some((index) => !folded.has(index));
  const toggle = (index: number, fold = !folded.has(index)): void => {
    const next = new Set(folded);
    if (fold) next.add(index);
    else next.delete(index);
    setFolded(next);
  };
  const foldAll = t(open ? "listing.collapseAll" : "listing.expandAll");
  const followName = t("listing.follow");
  const source = listing !== undefined && listing.rows !== null;
  return (
    <Panel
      title={t("listing.title")}
      className="listing"
      tools={
        listing !== undefined && (
          <>
            {source && (
              <span className="panel-note">
                {t("listing.note", { count: items.length, shown: count(items.length, language) })}
              </span>
            )}
            {calls.length > 0 && (
              <button
                type="button"
                className="button icon quiet"
                aria-label={foldAll}
                title={foldAll}
                onClick={() => setFolded(open ? new Set(calls) : new Set())}
              >
                {open ? <ChevronsDownUp aria-hidden="true" /> : <ChevronsUpDown aria-hidden="true" />}
              </button>
            )}
            <button
              type="button"
              className={`button icon quiet ${source ? "" : "first-tool"}`}
              aria-label={followName}
              title={followName}
              aria-pressed={follow}
              onClick={() => setFollow(!follow)}
            >
              <LocateFixed aria-hidden="true" />
            </button>
          </>
        )
      }
    >
      {listing === undefined ? (
        <div className="empty">
          <p>{t(failed ? "listing.failed" : "listing.empty")}</p>
        </div>
      ) : listing.rows === null ? (
        <Disassembly follow={follow} />
      ) : (
        <Listing items={items} folded={folded} follow={follow} onFold={toggle} />
      )}
    </Panel>
  );
}
