import { useTranslation } from "react-i18next";
import type { PortMap, TssField, TssSide } from "../../../session/inspect/tss.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { FactBody, useChangesWanted } from "../facts/Body.tsx";
import { Differs, Legend, Was } from "../facts/Marks.tsx";
import type { Shown } from "../facts/SideChoice.tsx";

/** The task-state segment: ring stacks, saved registers, I/O bitmap. */
export function Tss({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation();
  const words = useWords();
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "tss", changes });
  const guest = answer?.virtualized === true && shown !== "physical";
  const physical = answer?.virtualized !== true || shown !== "guest";
  if (answer !== null && answer.physical === null && answer.guest === null) {
    return (
      <div className="empty">
        <p>{t("system.tables.noTss")}</p>
      </div>
    );
  }
  return (
    <FactBody title={t("system.tables.tss")} ready={answer !== null}>
      {answer !== null && (
        <>
          {answer.note !== null && <p className="fact-note">{words(answer.note)}</p>}
          {guest && <Head name={t("system.side.guest")} side={answer.guest} />}
          {physical && (
            <Head
              name={t(answer.virtualized ? "system.side.physical" : "system.side.physicalAlone")}
              side={answer.physical}
            />
          )}
          <Legend differs={answer.virtualized} />
          <table className="facts">
            <thead>
              <tr>
                <th scope="col">
                  <span className="visually-hidden">{t("system.name")}</span>
                </th>
                {guest && <th scope="col">{t("system.side.guest")}</th>}
                {physical && (
                  <th scope="col">{t(answer.virtualized ? "system.side.physical" : "system.side.physicalAlone")}</th>
                )}
              </tr>
            </thead>
            <tbody>
              {answer.fields.map((field) => (
                <tr key={field.name} data-field={field.name}>
                  <th scope="row">
                    <span className="mono">{field.name}</span>
                    {field.words !== null && <span className="fact-words">{words(field.words)}</span>}
                  </th>
                  {guest && <Value field={field} side="guest" differs={false} />}
                  {physical && (
                    <Value
                      field={field}
                      side="physical"
                      differs={answer.virtualized && field.guest !== field.physical}
                    />
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </FactBody>
  );
}

function Value({
  field,
  side,
  differs,
}: {
  readonly field: TssField;
  readonly side: "guest" | "physical";
  readonly differs: boolean;
}) {
  const value = field[side];
  const before = field.before[side];
  const show = (number: number | null) => (number === null ? "-" : hex(number, field.digits));
  return (
    <td className={before !== undefined ? "fact-changed" : differs ? "fact-differs" : ""}>
      {differs && <Differs />}
      <span className="fact-value">{show(value)}</span>
      {before !== undefined && <Was value={show(before)} />}
    </td>
  );
}

function Head({ name, side }: { readonly name: string; readonly side: TssSide | null }) {
  const { t } = useTranslation();
  if (side === null) return <p className="fact-note">{t("system.tables.none", { who: name })}</p>;
  return (
    <p className="fact-note">
      <strong>{name}</strong>{" "}
      <span className="fact-value">{`${hex(side.selector, 4)} ${hex(side.base)}:${hex(side.limit, 4)}`}</span>
      {". "}
      <Ports map={side.portMap} />
    </p>
  );
}

function Ports({ map }: { readonly map: PortMap | null }) {
  const { t } = useTranslation();
  if (map === null) return t("system.tables.noPortMap");
  if (!map.inLimit) return t("system.tables.portMapOutside");
  const ranges = map.allowed.map(([first, last]) =>
    first === last ? hex(first, 4) : `${hex(first, 4)}-${hex(last, 4)}`,
  );
  const listed = map.allowed.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (listed < map.ports) ranges.push(t("system.tables.more"));
  const ports = ranges.length === 0 ? t("system.tables.noPorts") : ranges.join(", ");
  return t("system.tables.portMap", { offset: hex(map.offset, 4), ports });
}
