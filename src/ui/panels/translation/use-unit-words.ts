import { useTranslation } from "react-i18next";
import type { MapUnit, TranslationFound } from "../../../session/inspect/translation.ts";
import { count, hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { SIGNS } from "./treatments.ts";

/** Says what a unit is in one line: where, how large, of whom, what becomes of it, how often it was entered. */
export function useUnitWords({ present }: TranslationFound, entries: readonly number[] | null) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  return ({ index, label, eip, start, end, valid, context, instructions, treatments, to, open }: MapUnit): string => {
    const parts = [
      t("translation.unitAt", { index, where: label ?? hex(eip) }),
      `${hex(start, 5)}–${hex(end, 5)}`,
      t("translation.instructions", { count: instructions }),
      t(context.bigCode ? "translation.context" : "translation.context16", {
        cpl: context.cpl,
        base: hex(context.base),
      }),
    ];
    if (treatments.length > 0) {
      parts.push(treatments.map((one) => `${SIGNS[one]} ${t(`translation.treatments.${one}`)}`).join(" "));
    }
    if (to.length > 0) parts.push(`${t("translation.to")} ${to.join(", ")}`);
    if (open > 0) parts.push(t("translation.openWays", { count: open }));
    if (!valid) parts.push(t("translation.givenUp"));
    if (present?.unit === index) parts.push(t("translation.here"));
    const entered = entries?.[index];
    if (entered !== undefined) {
      parts.push(t("translation.enteredTimes", { count: entered, shown: count(entered, language) }));
    }
    return parts.join("; ");
  };
}
