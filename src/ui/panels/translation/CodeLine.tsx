import { useTranslation } from "react-i18next";
import type { CacheLine, TranslatedLine } from "../../../session/inspect/translation.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { SIGNS } from "./treatments.ts";

/** Digits of a place in the cache. */
const PLACE_DIGITS = 5;

interface Props {
  readonly line: TranslatedLine;
  /** The treatment that Tab goes to. */
  readonly active: boolean;
  onPoint(): void;
  onUnit(index: number): void;
}

/** One of the guest's instructions: how it was treated, itself, and what stands for it. */
export function CodeLine({ line, active, onPoint, onUnit }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const { treatment, now, eip, bytes, text, code, label, source } = line;
  const title = [label, source === null ? null : `${source.file}:${source.line}`].filter(Boolean).join("  ");
  return (
    <li
      className={`translation-line ${now ? "now" : ""}`}
      data-treatment={treatment}
      data-eip={hex(eip)}
      aria-current={now ? "step" : undefined}
      onPointerEnter={onPoint}
    >
      <span className="translation-treated">
        <button
          type="button"
          className={`treatment ${treatment}`}
          tabIndex={active ? 0 : -1}
          data-tip={words(line.reason)}
          onFocus={onPoint}
          onClick={onPoint}
        >
          <span aria-hidden="true">{SIGNS[treatment]}</span>{" "}
          <span className="treatment-name">{t(`translation.treatments.${treatment}`)}</span>
        </button>
      </span>
      <span className="translation-guest mono" title={title === "" ? undefined : title}>
        <span className="translation-mark" aria-hidden="true">
          {now ? "▶" : ""}
        </span>
        <span className="translation-place">{hex(eip)}</span>
        <span className="translation-bytes" title={bytes}>
          {bytes}
        </span>
        <span className="translation-text">{text}</span>
        {now && <span className="visually-hidden">{t("translation.here")}</span>}
      </span>
      <CacheCode code={code} onUnit={onUnit} />
    </li>
  );
}

/** The jump by which a unit goes on that merely ends. */
export function WayOut({ code, onUnit }: { readonly code: readonly CacheLine[]; onUnit(index: number): void }) {
  const { t } = useTranslation();
  return (
    <li className={`translation-line way-out ${code.some(({ now }) => now) ? "now" : ""}`}>
      <span className="translation-treated" />
      <span className="translation-guest">{t("translation.wayOut")}</span>
      <CacheCode code={code} onUnit={onUnit} />
    </li>
  );
}

function CacheCode({ code, onUnit }: { readonly code: readonly CacheLine[]; onUnit(index: number): void }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <ul className="translation-cache mono">
      {code.map(({ place, bytes, text, remark, unit, stub, now }) => (
        <li key={place} className={now ? "now" : ""} data-place={hex(place, PLACE_DIGITS)}>
          <span className="translation-mark" aria-hidden="true">
            {now ? "▶" : ""}
          </span>
          <span className="translation-place">{hex(place, PLACE_DIGITS)}</span>
          <span className="translation-bytes" title={bytes}>
            {bytes}
          </span>
          <span className="translation-text">
            {text}
            {remark !== null && <span className="translation-remark"> ; {words(remark)}</span>}
            {stub && <span className="translation-remark"> ; {t("translation.leadsToStub")}</span>}
            {unit !== null && (
              <button type="button" className="button link translation-link" onClick={() => onUnit(unit)}>
                {t("translation.leadsTo", { index: unit })}
              </button>
            )}
          </span>
          {now && <span className="visually-hidden">{t("translation.executing")}</span>}
        </li>
      ))}
    </ul>
  );
}
