import { CR0_PE, CR0_PG } from "../../cpu/registers.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import { exitReason } from "../../isa/vmx-exits.ts";
import type { EventKind, MachineEvent } from "../../machine/events.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { evaluate } from "../expression/evaluate.ts";
import { parseExpression } from "../expression/parse.ts";
import type { Expression, ExpressionContext, Node, Parsed } from "../expression/types.ts";
import type { PreparedProgram } from "../program.ts";
import { leavesGuest } from "../vm-exits.ts";
import type { Armed, Trigger } from "./armed.ts";
import { codeLine } from "./code-line.ts";
import { type Breakpoint, type BreakpointPlace, type BreakpointStatus, DATA_LIMIT } from "./types.ts";
import { placeProblems } from "./words.ts";

/** What breakpoints are compiled for. */
export interface CompileScope {
  readonly program: PreparedProgram;
  /** Resolves the symbols of the program. */
  symbol(name: string): number | null;
  /** Whether a VMM stands between the guest and the processor. */
  readonly virtualized: boolean;
  /** Bytes of guest memory. */
  readonly memoryBytes: number;
  /** Whether the processor has VT-x. */
  readonly vmx: boolean;
}

/** Real deliveries and returns, and other changes of ring that the processor itself makes. */
const REAL_RINGS: ReadonlySet<EventKind> = new Set<EventKind>([
  "exception",
  "software-interrupt",
  "interrupt",
  "trap",
  "resume",
  "ring",
  "vm-entry",
  "vm-exit",
]);
const GUEST_DELIVERIES: ReadonlySet<EventKind> = new Set<EventKind>([
  "exception",
  "software-interrupt",
  "interrupt",
  "reflect",
  "inject",
]);

class Unfit extends Error {
  readonly words: Words;
  constructor(words: Words) {
    super(words.en);
    this.words = words;
  }
}

/** Compiles one breakpoint. `armed` is null where it can never stop: `status.problem` then says why. */
export function compileBreakpoint(
  breakpoint: Breakpoint,
  scope: CompileScope,
): { readonly armed: Armed | null; readonly status: BreakpointStatus } {
  const { id } = breakpoint;
  try {
    const { hits } = breakpoint;
    if (hits !== undefined && (!Number.isSafeInteger(hits.count) || hits.count < 1))
      throw new Unfit(placeProblems.hits());
    const condition = breakpoint.condition?.trim() ? need(parseExpression(breakpoint.condition)) : null;
    const trigger = triggerOf(breakpoint.at, scope);
    const countsInCondition = condition !== null && mentions(condition.root, "hits");
    const armed = { breakpoint, trigger, condition, countsInCondition };
    return { armed, status: { id, problem: null, addresses: addressesOf(trigger) } };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { armed: null, status: { id, problem: error.words, addresses: [] } };
  }
}

function addressesOf(trigger: Trigger): number[] {
  if (trigger.kind === "execute") return [...trigger.addresses];
  return trigger.kind === "data" ? [trigger.first] : [];
}

function need(parsed: Parsed): Expression {
  if (parsed.ok) return parsed.expression;
  throw new Unfit(placeProblems.expression(parsed.problem));
}

/** Whether a name occurs in an expression. */
function mentions(node: Node, name: string): boolean {
  switch (node.kind) {
    case "number":
      return false;
    case "name":
      return node.name.toLowerCase() === name;
    case "memory":
      return mentions(node.address, name);
    case "binary":
      return mentions(node.left, name) || mentions(node.right, name);
    case "choice":
      return [node.condition, node.then, node.otherwise].some((part) => mentions(part, name));
    default:
      return mentions(node.of, name);
  }
}

function triggerOf(at: BreakpointPlace, scope: CompileScope): Trigger {
  if (!("kind" in at)) return codeTrigger(at, scope);
  switch (at.kind) {
    case "data":
      return dataTrigger(at, scope);
    case "port": {
      if (at.from < 0 || at.to > 0xffff || at.from > at.to) throw new Unfit(placeProblems.ports());
      return event((seen) => portFits(seen, at));
    }
    case "vector": {
      const { vector, into } = at;
      if (vector !== null && !(vector >= 0 && vector <= 255)) throw new Unfit(placeProblems.vector());
      if (into === "vmm" && !scope.virtualized) throw new Unfit(placeProblems.noVmm());
      return event(
        (seen) =>
          (vector === null || seen.vector === vector) &&
          ((into !== "vmm" && GUEST_DELIVERIES.has(seen.kind)) ||
            (into !== "guest" && (seen.kind === "trap" || seen.kind === "vm-exit"))),
      );
    }
    case "ring": {
      const { from, to, view } = at;
      const real = view === "real" || !scope.virtualized;
      return event(
        ({ kind, cplBefore, cplAfter }) =>
          cplBefore !== cplAfter &&
          (from === null || from === cplBefore) &&
          (to === null || to === cplAfter) &&
          (kind === "ring" || REAL_RINGS.has(kind) === real),
      );
    }
    case "mode":
      return {
        kind: "control",
        mask: at.bit === "paging" ? CR0_PG : CR0_PE,
        to: at.to === null ? null : at.to === "on",
      };
    case "silent": {
      if (!scope.virtualized) throw new Unfit(placeProblems.noVmm());
      const row = at.row === null ? -1 : ROW_LIST.findIndex(({ id }) => id === at.row);
      if (at.row !== null && row < 0) throw new Unfit(placeProblems.row(at.row));
      return event((seen) => seen.kind === "silent" && (row < 0 || seen.row === row));
    }
    case "vm-exit":
      needVmx(scope);
      if (at.reason !== null && exitReason(at.reason) === null) throw new Unfit(placeProblems.exitReason(at.reason));
      return event((seen) => leavesGuest(seen, at.reason));
    case "vm-fail":
      needVmx(scope);
      return event(({ kind }) => kind === "vm-fail");
    case "vm-switch":
      needVmx(scope);
      return event((seen) => seen.kind === "vm-entry" || leavesGuest(seen, null));
    case "change":
      return { kind: "change", expression: need(parseExpression(at.expression)) };
  }
}

function needVmx({ vmx }: CompileScope): void {
  if (!vmx) throw new Unfit(placeProblems.noVmx());
}

function event(test: (event: MachineEvent) => boolean): Trigger {
  return { kind: "event", test };
}

function portFits(seen: MachineEvent, { from, to, direction }: Extract<BreakpointPlace, { kind: "port" }>): boolean {
  if (seen.kind !== "io" || (direction !== "any" && seen.reason !== direction)) return false;
  const bytes = Math.max(1, (ROW_LIST[seen.row]?.size ?? 8) >> 3);
  return seen.a <= to && seen.a + bytes - 1 >= from;
}

/**
 * The address itself, or that of a line's first instruction (see `codeLine`): the program's own, or if it has none there,
 * that of a program that runs beside it.
 */
function codeTrigger(
  at: { readonly file: string; readonly line: number } | { readonly address: number },
  { program }: CompileScope,
): Trigger {
  const trigger = (address: number, domain: number): Trigger => {
    return { kind: "execute", addresses: new Set([address >>> 0]), domain };
  };
  if ("address" in at) return trigger(at.address, GUEST_DOMAIN);
  const own = codeLine(program.program.lines, at.file, at.line);
  if (own !== null) return trigger(own.address, GUEST_DOMAIN);
  for (const { domain, lines } of program.program.companions ?? []) {
    const found = codeLine(lines, at.file, at.line);
    if (found !== null) return trigger(found.address, domain);
  }
  throw new Unfit(placeProblems.line(at.file, at.line));
}

function dataTrigger(at: Extract<BreakpointPlace, { kind: "data" }>, scope: CompileScope): Trigger {
  const { size, access, space } = at;
  if (!Number.isSafeInteger(size) || size < 1 || size > DATA_LIMIT) throw new Unfit(placeProblems.size());
  const first = constantOf(at.address, scope);
  const physical = space === "physical";
  if (physical && first + size > scope.memoryBytes) throw new Unfit(placeProblems.noMemory(first));
  return { kind: "data", physical, first, last: first + size - 1, read: access !== "write", write: access !== "read" };
}

/** The value of an expression in which there are only numbers and symbols. */
export function constantOf(text: string, scope: Pick<CompileScope, "symbol">): number {
  const expression = need(parseExpression(text));
  const result = evaluate(expression, constants(scope));
  if (!result.ok) throw new Unfit(placeProblems.expression(result.problem));
  return result.value.bits;
}

/** A context that has symbols and nothing else: registers and memory are refused. */
function constants({ symbol }: Pick<CompileScope, "symbol">): ExpressionContext {
  const refuse = (): never => {
    throw new Unfit(placeProblems.notConstant());
  };
  return {
    get guest() {
      return refuse();
    },
    get real() {
      return refuse();
    },
    get tick() {
      return refuse();
    },
    get step() {
      return refuse();
    },
    hits: null,
    vmcs: () => refuse(),
    symbol,
  };
}

/** Compiles what a command waits for by itself. */
export function waitFor(trigger: Trigger): Armed {
  return { breakpoint: null, trigger, condition: null, countsInCondition: false };
}
