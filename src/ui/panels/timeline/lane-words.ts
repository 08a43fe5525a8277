import type { TFunction } from "i18next";
import type { RegisterFile, View } from "../../../session/types.ts";

type World = RegisterFile["mode"]["world"];

/** The real ring, and in VMX operation the world that it is of. */
export function placeWords(t: TFunction, { ring, world }: { readonly ring: number; readonly world: World }): string {
  return world === null ? t("lanes.place", { ring }) : t("lanes.placeIn", { ring, world: t(`lanes.world.${world}`) });
}

/** The same of where the processor is now. */
export function placeNow(t: TFunction, { physical }: View): string {
  return placeWords(t, { ring: physical.cpl, world: physical.mode.world });
}
