import type { TFunction } from "i18next";
import type { TimelinePoint, View } from "../../../session/types.ts";

/** The real ring, and the world that it is of where there are two. */
export function placeWords(t: TFunction, { ring, world }: Pick<TimelinePoint, "ring" | "world">): string {
  return world === null ? t("lanes.place", { ring }) : t("lanes.placeIn", { ring, world: t(`lanes.world.${world}`) });
}

/** The same of where the processor is now. */
export function placeNow(t: TFunction, { occupants, current, physical }: View): string {
  const world = occupants.find(({ who }) => who === current)?.world ?? null;
  return placeWords(t, { ring: physical.cpl, world });
}
