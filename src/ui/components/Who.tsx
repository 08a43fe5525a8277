import { useTranslation } from "react-i18next";
import type { Occupant } from "../../session/types.ts";

/** Letters of those who run: they stand wherever the colour does. */
export const WHO_LETTER: Readonly<Record<Occupant["who"], string>> = {
  vmm: "V",
  "guest-kernel": "K",
  "guest-user": "U",
  "guest-ring1": "1",
  "guest-ring2": "2",
  "driver-kernel": "D",
  "driver-user": "d",
  "inner-kernel": "k",
  "inner-user": "u",
};

/** The badge of one who runs. `named` says the name to screen readers; else it is beside the badge already. */
export function Who({ who, named = false }: { readonly who: Occupant["who"]; readonly named?: boolean }) {
  const { t } = useTranslation();
  return named ? (
    <span className={`who who-${who}`} role="img" aria-label={t(`who.${who}`)}>
      {WHO_LETTER[who]}
    </span>
  ) : (
    <span className={`who who-${who}`} aria-hidden="true">
      {WHO_LETTER[who]}
    </span>
  );
}
