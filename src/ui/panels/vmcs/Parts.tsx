import { useTranslation } from "react-i18next";
import type { FieldPart } from "../../../session/inspect/vmx-field.ts";
import { useWords } from "../../i18n/index.ts";

const bitsOf = ([high, low]: readonly [number, number]) => (high === low ? String(high) : `${high}:${low}`);

/** A field bit by bit. `label`: the field's name, for screen readers. */
export function Parts({ parts, label }: { readonly parts: readonly FieldPart[]; readonly label: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const bits = parts.some((part) => part.bits !== null);
  return (
    <table className="facts vmx-parts">
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {bits && <th scope="col">{t("vmx.fields.bits")}</th>}
          <th scope="col">{t("vmx.fields.part")}</th>
          <th scope="col">{t("vmx.fields.value")}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts stay where they are in their field
          <tr key={i} className={`${part.set === false ? "clear" : ""} ${part.wrong ? "wrong" : ""}`}>
            {bits && <td className="mono">{part.bits === null ? "" : bitsOf(part.bits)}</td>}
            <th scope="row">
              {words(part.name)}
              {part.words !== null && <span className="fact-words">{words(part.words)}</span>}
            </th>
            <td>
              <span className="vmx-part-value">{words(part.value)}</span>
              {part.wrong ? (
                <span className="vmx-wrong">
                  ✕ {part.must === null ? t("vmx.fields.wrongAlone") : t("vmx.fields.wrong", { value: part.must })}
                </span>
              ) : (
                part.must !== null && <span className="fact-words">{t("vmx.fields.must", { value: part.must })}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
