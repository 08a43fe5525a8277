import type { Breakpoint, BreakpointPlace, HitRule } from "../../../session/types.ts";

/** The kinds as the form offers them. */
export const KINDS = [
  "code",
  "data",
  "port",
  "vector",
  "ring",
  "mode",
  "silent",
  "vm-exit",
  "vm-fail",
  "vm-switch",
  "change",
] as const;
export type Kind = (typeof KINDS)[number];

/** A breakpoint as it stands in the form: every field a text. */
export interface Draft {
  readonly kind: Kind;
  readonly place: string;
  readonly address: string;
  readonly size: string;
  readonly access: "read" | "write" | "any";
  readonly space: "linear" | "physical";
  readonly from: string;
  readonly to: string;
  readonly direction: "in" | "out" | "any";
  readonly vector: string;
  readonly into: "guest" | "vmm" | "any";
  readonly ringFrom: string;
  readonly ringTo: string;
  readonly view: "guest" | "real";
  readonly bit: "paging" | "protection";
  readonly switched: "any" | "on" | "off";
  readonly row: string;
  /** Basic exit reason. */
  readonly reason: string;
  readonly expression: string;
  readonly condition: string;
  readonly rule: HitRule["rule"] | "all";
  readonly count: string;
}

const ANY = "any";

/** What the form shows for a new breakpoint of a kind. */
export function emptyDraft(kind: Kind): Draft {
  return {
    kind,
    place: "",
    address: "",
    size: "4",
    access: "write",
    space: "linear",
    from: "0x3f8",
    to: "",
    direction: "any",
    vector: ANY,
    into: "any",
    ringFrom: ANY,
    ringTo: ANY,
    view: "guest",
    bit: "paging",
    switched: "any",
    row: ANY,
    reason: ANY,
    expression: "",
    condition: "",
    rule: "all",
    count: "1",
  };
}

const hex = (value: number) => `0x${value.toString(16)}`;
const ring = (value: number | null) => (value === null ? ANY : String(value));

/** A breakpoint as the form shows it. */
export function draftOf({ at, condition, hits }: Breakpoint): Draft {
  const base: Draft = {
    ...emptyDraft("kind" in at ? at.kind : "code"),
    condition: condition ?? "",
    rule: hits?.rule ?? "all",
    count: String(hits?.count ?? 1),
  };
  if (!("kind" in at)) return { ...base, place: "file" in at ? `${at.file}:${at.line}` : hex(at.address) };
  switch (at.kind) {
    case "data":
      return { ...base, address: at.address, size: String(at.size), access: at.access, space: at.space };
    case "port":
      return { ...base, from: hex(at.from), to: at.to === at.from ? "" : hex(at.to), direction: at.direction };
    case "vector":
      return { ...base, vector: at.vector === null ? ANY : String(at.vector), into: at.into };
    case "ring":
      return { ...base, ringFrom: ring(at.from), ringTo: ring(at.to), view: at.view };
    case "mode":
      return { ...base, bit: at.bit, switched: at.to ?? "any" };
    case "silent":
      return { ...base, row: at.row ?? ANY };
    case "vm-exit":
      return { ...base, reason: at.reason === null ? ANY : String(at.reason) };
    case "vm-fail":
    case "vm-switch":
      return base;
    case "change":
      return { ...base, expression: at.expression };
  }
}

/** Why a draft is no breakpoint yet: the field, and what it should be. */
export type DraftProblem = { readonly field: "place" } | { readonly field: "size" | "from" | "to" | "count" };

export type Built =
  | { readonly ok: true; readonly breakpoint: Omit<Breakpoint, "id"> }
  | { readonly ok: false; readonly problem: DraftProblem };

function numberOf(text: string): number | null {
  const trimmed = text
    .trim()
    .toLowerCase()
    .replace(/^([0-9][0-9a-f]*)h$/, "0x$1");
  return /^(0x[0-9a-f]+|\d+)$/.test(trimmed) ? Number(trimmed) : null;
}

/** The breakpoint that the form describes. `symbol` finds the address of a label. */
export function build(draft: Draft, symbol: (name: string) => number | null): Built {
  const at = placeOf(draft, symbol);
  if ("field" in at) return { ok: false, problem: at };
  const count = numberOf(draft.count);
  if (draft.rule !== "all" && (count === null || count < 1)) return { ok: false, problem: { field: "count" } };
  const condition = draft.condition.trim();
  return {
    ok: true,
    breakpoint: {
      at,
      ...(condition === "" ? {} : { condition }),
      ...(draft.rule === "all" ? {} : { hits: { rule: draft.rule, count: count! } }),
    },
  };
}

function placeOf(draft: Draft, symbol: (name: string) => number | null): BreakpointPlace | DraftProblem {
  switch (draft.kind) {
    case "code": {
      const text = draft.place.trim();
      const line = /^(.+):(\d+)$/.exec(text);
      if (line) return { file: line[1]!, line: Number(line[2]) };
      const address = symbol(text) ?? numberOf(text);
      return address === null ? { field: "place" } : { address: address >>> 0 };
    }
    case "data": {
      const size = numberOf(draft.size);
      if (size === null) return { field: "size" };
      return { kind: "data", address: draft.address, size, access: draft.access, space: draft.space };
    }
    case "port": {
      const from = numberOf(draft.from);
      if (from === null) return { field: "from" };
      const to = draft.to.trim() === "" ? from : numberOf(draft.to);
      return to === null ? { field: "to" } : { kind: "port", from, to, direction: draft.direction };
    }
    case "vector":
      return { kind: "vector", vector: draft.vector === ANY ? null : Number(draft.vector), into: draft.into };
    case "ring": {
      const level = (text: string) => (text === ANY ? null : Number(text));
      return { kind: "ring", from: level(draft.ringFrom), to: level(draft.ringTo), view: draft.view };
    }
    case "mode":
      return { kind: "mode", bit: draft.bit, to: draft.switched === "any" ? null : draft.switched };
    case "silent":
      return { kind: "silent", row: draft.row === ANY ? null : draft.row };
    case "vm-exit":
      return { kind: "vm-exit", reason: draft.reason === ANY ? null : Number(draft.reason) };
    case "vm-fail":
    case "vm-switch":
      return { kind: draft.kind };
    case "change":
      return { kind: "change", expression: draft.expression };
  }
}
