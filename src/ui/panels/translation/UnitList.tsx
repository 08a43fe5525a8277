import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TranslationFound } from "../../../session/inspect/translation.ts";
import { count, hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { placeText } from "./CacheMap.tsx";
import { UnitLink } from "./Code.tsx";

interface Props {
  readonly found: TranslationFound;
  readonly entries: readonly number[] | null;
  onUnit(index: number): void;
}

/** Units that are listed at once. */
const SOME = 200;

/** The units as a table: what the map shows, for those who read. */
export function UnitList({ found: { units, present }, entries, onUnit }: Props) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const [most, setMost] = useState(SOME);
  const hidden = units.length - most;
  return (
    <div className="translation-list">
      <table>
        <caption className="visually-hidden">{t("translation.mapLabel")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("translation.units")}</th>
            <th scope="col">{t("translation.guestPlace")}</th>
            <th scope="col">{t("translation.place")}</th>
            <th scope="col">{t("translation.size")}</th>
            <th scope="col">CPL</th>
            <th scope="col">{t("translation.status")}</th>
            <th scope="col">{t("translation.to")}</th>
            {entries !== null && <th scope="col">{t("translation.entered")}</th>}
          </tr>
        </thead>
        <tbody>
          {units.slice(0, most).map(({ index, label, eip, start, end, context, valid, to, open }) => (
            <tr key={index} aria-current={present?.unit === index ? "step" : undefined}>
              <th scope="row">
                <UnitLink index={index} onUnit={onUnit} />
                {present?.unit === index && (
                  <>
                    <span aria-hidden="true"> ▶</span>
                    <span className="visually-hidden"> {t("translation.here")}</span>
                  </>
                )}
              </th>
              <td className="mono">
                {hex(eip)} {label}
              </td>
              <td className="mono">{placeText(start)}</td>
              <td>{count(end - start, language)}</td>
              <td>{context.cpl}</td>
              <td>{valid ? t("translation.valid") : `✕ ${t("translation.givenUp")}`}</td>
              <td>
                {[...to.map(String), ...(open > 0 ? [t("translation.openWays", { count: open })] : [])].join(", ")}
              </td>
              {entries !== null && <td>{count(entries[index] ?? 0, language)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && (
        <button type="button" className="button" onClick={() => setMost(most + SOME)}>
          {t("translation.more", { count: Math.min(SOME, hidden) })}
        </button>
      )}
    </div>
  );
}
