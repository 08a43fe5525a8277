import type { EventKind } from "../../session/types.ts";
import { useUi } from "../store/store.ts";
import "./badge.css";

/** A sign for each kind of event; with its family's shape it can be told apart without colour. */
const SIGNS: Readonly<Record<EventKind, { readonly sign: string; readonly family: string }>> = {
  exception: { sign: "!", family: "guest" },
  "software-interrupt": { sign: "n", family: "guest" },
  interrupt: { sign: "⚡\uFE0E", family: "guest" },
  ring: { sign: "↕", family: "guest" },
  trap: { sign: "T", family: "vmm" },
  emulate: { sign: "E", family: "vmm" },
  reflect: { sign: "R", family: "vmm" },
  inject: { sign: "I", family: "vmm" },
  "shadow-fill": { sign: "S", family: "vmm" },
  "trace-hit": { sign: "W", family: "vmm" },
  callout: { sign: "C", family: "vmm" },
  translate: { sign: "⇄", family: "vmm" },
  hypercall: { sign: "H", family: "vmm" },
  domain: { sign: "D", family: "vmm" },
  resume: { sign: "↩", family: "vmm" },
  silent: { sign: "∅", family: "silent" },
  io: { sign: "io", family: "outside" },
  input: { sign: "⌨\uFE0E", family: "outside" },
  halt: { sign: "z", family: "end" },
  exit: { sign: "■", family: "end" },
  shutdown: { sign: "✕", family: "end" },
  "vm-entry": { sign: "▶\uFE0E", family: "vmm" },
  "vm-exit": { sign: "X", family: "vmm" },
  "vm-fail": { sign: "F", family: "vmm" },
};

export function familyOf(kind: EventKind): string {
  return SIGNS[kind].family;
}

/** The sign of an event; what it means is in its title, and in a hint of the sign. */
export function EventBadge({ kind }: { readonly kind: EventKind }) {
  const help = useUi((state) => state.facts?.eventKinds[kind].help[state.language]);
  const { sign, family } = SIGNS[kind];
  return (
    <span className={`badge badge-${family}`} title={help} aria-hidden="true">
      {sign}
    </span>
  );
}
