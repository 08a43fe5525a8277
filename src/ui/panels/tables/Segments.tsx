import { useTranslation } from "react-i18next";
import type { SegmentPart } from "../../../session/inspect/segments.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { FactBody, useChangesWanted } from "../facts/Body.tsx";
import { Differs, Legend, Was } from "../facts/Marks.tsx";
import type { Shown } from "../facts/SideChoice.tsx";

/** The segment registers with their hidden parts. */
export function Segments({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation();
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "segments", changes });
  const guest = answer?.virtualized === true && shown !== "physical";
  const physical = answer?.virtualized !== true || shown !== "guest";
  return (
    <FactBody title={t("system.tables.segments")} ready={answer !== null}>
      {answer !== null && (
        <>
          <Legend differs={answer.virtualized} />
          <table className="facts segments">
            <thead>
              <tr>
                <th scope="col" className="segment-name">
                  <span className="visually-hidden">{t("system.name")}</span>
                </th>
                {guest && <th scope="col">{t("system.side.guest")}</th>}
                {physical && (
                  <th scope="col">{t(answer.virtualized ? "system.side.physical" : "system.side.physicalAlone")}</th>
                )}
              </tr>
            </thead>
            <tbody>
              {answer.rows.map((row) => (
                <tr key={row.name} data-segment={row.name}>
                  <th scope="row">{row.name.toUpperCase()}</th>
                  {guest && row.guest !== null && <Part part={row.guest} differs={false} />}
                  {physical && <Part part={row.physical} differs={row.differs} />}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </FactBody>
  );
}

function Part({ part, differs }: { readonly part: SegmentPart; readonly differs: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const { before } = part;
  const changed = Object.keys(before).length > 0;
  const nullSelector = (part.selector & 0xfffc) === 0;
  return (
    <td className={changed ? "fact-changed" : differs ? "fact-differs" : ""}>
      <div>
        {differs && <Differs />}
        <span className="fact-value">{hex(part.selector, 4)}</span>{" "}
        <span className="fact-words inline">
          {part.paragraph
            ? t("system.tables.paragraph")
            : nullSelector
              ? t("system.tables.null")
              : t("system.tables.decoded", { table: part.table.toUpperCase(), index: part.index, rpl: part.rpl })}
        </span>
        {before.selector !== undefined && <Was value={hex(before.selector, 4)} />}
      </div>
      {part.usable && (
        <div>
          <span className="fact-words inline">{t("system.tables.base")}</span>{" "}
          <span className="fact-value">{hex(part.base)}</span>
          {before.base !== undefined && <Was value={hex(before.base)} />}{" "}
          <span className="fact-words inline">{t("system.tables.limit")}</span>{" "}
          <span className="fact-value">{hex(part.limit)}</span>
          {before.limit !== undefined && <Was value={hex(before.limit)} />}
        </div>
      )}
      <div className="fact-words">
        {words(part.type)}
        {part.usable && ` · ${t("system.tables.dpl", { dpl: part.dpl })}`}
        {part.flags.length > 0 && ` · ${part.flags.join(" ")}`}
        {part.usable && !part.present && ` · ${t("system.tables.notPresent")}`}
        {before.type !== undefined && <Was value={words(before.type)} />}
        {before.dpl !== undefined && <Was value={t("system.tables.dpl", { dpl: before.dpl })} />}
      </div>
      {part.stale.length > 0 && (
        <div className="stale">
          <strong>{t("system.tables.stale")}</strong> {part.stale.map(words).join(", ")}
        </div>
      )}
    </td>
  );
}
