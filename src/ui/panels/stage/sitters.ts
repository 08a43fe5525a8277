import type { TFunction } from "i18next";
import type { Words } from "../../../isa/types.ts";
import type { Occupant, View } from "../../../session/types.ts";
import type { Ring, Sitter } from "./layout.ts";

export interface SitterWords {
  readonly name: (occupant: Occupant) => string;
  readonly running: string;
  readonly believes: (ring: number) => string;
  readonly ghost: string;
  /** Instead of who runs now: what part of the run was theirs. Null while stepping. */
  readonly share: ((who: Occupant["who"]) => string) | null;
}

/** What an occupant is called in the picture, and in the words for those who do not see it. */
export function nameOf(
  { occupants }: View,
  who: Occupant["who"],
  t: TFunction<"page">,
  words: (text: Words) => string,
): string {
  const seat = occupants.find((occupant) => occupant.who === who);
  return seat === undefined ? t(`who.${who}`) : words(seat.label);
}

/** The world of a processor with VT-x that one is in; empty where there is only one. */
export const worldOf = (occupant: Occupant): string => occupant.world ?? "";

/** Who is drawn where: each in the real ring, and where a guest is deceived, once more where it believes to be. */
export function sittersOf(view: View, words: SitterWords): readonly Sitter[] {
  return view.occupants.flatMap((occupant): Sitter[] => {
    const { who, virtualRing } = occupant;
    const deceived = virtualRing !== null && virtualRing !== occupant.ring;
    const running = words.share === null && view.current === who;
    const notes = [
      ...(words.share === null ? [] : [{ text: words.share(who), pill: false }]),
      ...(running ? [{ text: words.running, pill: true }] : []),
      ...(deceived ? [{ text: words.believes(virtualRing), pill: false }] : []),
    ];
    const seat: Sitter = {
      who,
      ring: occupant.ring as Ring,
      world: worldOf(occupant),
      name: words.name(occupant),
      ghost: false,
      running,
      notes,
    };
    if (!deceived) return [seat];
    const ghost: Sitter = {
      ...seat,
      ring: virtualRing as Ring,
      ghost: true,
      running: false,
      notes: [{ text: words.ghost, pill: false }],
    };
    return [seat, ghost];
  });
}

const WORLDS: readonly string[] = ["", "root", "non-root"];

/** The worlds of a view from left to right, root first. */
export function worldsOf(view: View): readonly string[] {
  return WORLDS.filter((world) => view.occupants.some((occupant) => worldOf(occupant) === world));
}

/** Before VMXON and after VMXOFF: then whoever is drawn in the world of the host is outside VMX operation. */
export const isOutside = (view: View): boolean => view.physical.mode.world === null;

/** Which word of `rings` names a world of two. */
export function worldWord(view: View, world: string): "nonRoot" | "outside" | "root" {
  if (world === "non-root") return "nonRoot";
  return isOutside(view) ? "outside" : "root";
}

/** The seat's ring and world in which execution is now. */
export function activePlace(view: View): { readonly ring: number; readonly world: string } {
  const current = view.occupants.find(({ who }) => who === view.current);
  return { ring: view.physical.cpl, world: current ? worldOf(current) : "" };
}
