import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { RegisterFile, View } from "../../../session/types.ts";

/** The processor's mode in words, and the guest's where that is another. */
export function ModeLine({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const physical = modeText(t, view.physical.mode);
  const guest = modeText(t, view.guest.mode);
  return (
    <p className="mode-line">
      <strong>{t("registers.mode.title")}</strong> {physical}
      {guest !== physical && ` · ${t("registers.mode.guest", { mode: guest })}`}
    </p>
  );
}

function modeText(t: TFunction<"page">, { kind, bits, world }: RegisterFile["mode"]): string {
  const text = t(`registers.mode.${kind}`, { bits });
  return world === null ? text : t("registers.mode.in", { mode: text, world: t(`registers.mode.${world}`) });
}

/** Whether anybody is in another mode than the one that programs are in as a rule. */
export function isUnusual({ physical, guest }: View): boolean {
  return [physical.mode, guest.mode].some(({ kind, bits }) => kind !== "protected" || bits !== 32);
}
