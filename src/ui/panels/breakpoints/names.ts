import type { TFunction } from "i18next";
import { vectorName } from "../../../isa/exceptions.ts";
import type { Words } from "../../../isa/types.ts";
import { exitReason } from "../../../isa/vmx-exits.ts";
import type { Breakpoint, BreakpointPlace } from "../../../session/types.ts";

const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, "0")}`;

/** Number and name of a vector: `13 (#GP)`. */
export function vectorText(vector: number): string {
  return vector < 32 ? `${vector} (${vectorName(vector)})` : hex(vector, 2);
}

/** Number and name of a basic exit reason: `12 HLT`. */
export function reasonText(reason: number, words: (words: Words) => string): string {
  const found = exitReason(reason);
  return found === null ? String(reason) : `${reason} ${words(found.title)}`;
}

/** What a breakpoint stops at, in a few words. */
export function nameOf(at: BreakpointPlace, t: TFunction, words: (words: Words) => string): string {
  if (!("kind" in at)) {
    return "file" in at ? `${at.file}:${at.line}` : t("breakpoints.name.address", { address: hex(at.address, 8) });
  }
  switch (at.kind) {
    case "data":
      return t(at.space === "linear" ? "breakpoints.name.data" : "breakpoints.name.dataPhysical", {
        address: at.address,
        count: at.size,
        access: t(`breakpoints.access.${at.access}`),
      });
    case "port":
      return t(at.from === at.to ? "breakpoints.name.port" : "breakpoints.name.ports", {
        from: hex(at.from, 2),
        to: hex(at.to, 2),
        direction: t(`breakpoints.direction.${at.direction}`),
      });
    case "vector":
      return t(at.vector === null ? "breakpoints.name.anyVector" : "breakpoints.name.vector", {
        vector: at.vector === null ? "" : vectorText(at.vector),
        into: t(`breakpoints.into.${at.into}`),
      });
    case "ring":
      return t(at.view === "guest" ? "breakpoints.name.ring" : "breakpoints.name.ringReal", {
        from: at.from ?? "*",
        to: at.to ?? "*",
      });
    case "mode":
      return t("breakpoints.name.mode", {
        bit: t(`breakpoints.bit.${at.bit}`),
        to: t(`breakpoints.switched.${at.to ?? "any"}`),
      });
    case "silent":
      return at.row === null ? t("breakpoints.name.anySilent") : t("breakpoints.name.silent", { row: at.row });
    case "vm-exit":
      return at.reason === null
        ? t("breakpoints.name.anyExit")
        : t("breakpoints.name.exit", { reason: reasonText(at.reason, words) });
    case "vm-fail":
      return t("breakpoints.name.fail");
    case "vm-switch":
      return t("breakpoints.name.switch");
    case "change":
      return t("breakpoints.name.change", { expression: at.expression });
  }
}

/** The conditions under which it stops, or an empty text. */
export function conditionsOf({ condition, hits }: Breakpoint, t: TFunction): string {
  return [
    condition === undefined || condition.trim() === "" ? "" : t("breakpoints.when", { condition }),
    hits === undefined ? "" : t(`breakpoints.hits.${hits.rule}`, { count: hits.count }),
  ]
    .filter((part) => part !== "")
    .join(", ");
}
