import type { TFunction } from "i18next";
import type { TimelinePoint } from "../../../session/types.ts";

/** The real ring, and the world that it is of where there are two. */
export function placeWords(t: TFunction, { ring, world }: Pick<TimelinePoint, "ring" | "world">): string {
  return world === null ? t("lanes.place", { ring }) : t("lanes.placeIn", { ring, world: t(`lanes.world.${world}`) });
}
