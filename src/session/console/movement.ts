import type { Command, RunUntil } from "../types.ts";
import { type Call, ConsoleError, words } from "./call.ts";
import { locationOf } from "./location.ts";

/** How far one `c` goes before it asks to be continued, in steps. */
const RUN_BUDGET = 20_000_000;
const MOST_TIMES = 100_000;

type Direction = "forward" | "back";

const forever = (direction: Direction) => (direction === "forward" ? RUN_BUDGET : Number.MAX_SAFE_INTEGER);

/** `si [N]`: steps of the processor. Several are a run, which breakpoints may end. */
export function steps(direction: Direction): (call: Call) => void {
  return (call) => {
    const count = call.count(call.rest, 1, 1_000_000_000);
    if (count === 1) return go(call, { kind: "step", direction });
    const { step } = call.at.run;
    if (direction === "back") return go(call, { kind: "run", direction, until: null, maxSteps: count });
    go(call, { kind: "run", direction, until: { kind: "step", step: step + count }, maxSteps: count });
  };
}

/** `s`, `n` and `fin [N]`. */
export function moves(kind: "tick" | "over" | "out", direction: Direction): (call: Call) => void {
  return (call) => {
    call.do({ kind: "command", command: { kind, direction }, times: call.count(call.rest, 1, MOST_TIMES) });
  };
}

/** `c [N]` */
export function runs(direction: Direction, until: RunUntil | null = null): (call: Call) => void {
  return (call) => {
    const command: Command = {
      kind: "run",
      direction,
      until,
      maxSteps: forever(direction),
    };
    call.do({ kind: "command", command, times: call.count(call.rest, 1, MOST_TIMES) });
  };
}

/** `until LOCATION` */
export function runTo(direction: Direction): (call: Call) => void {
  return (call) => {
    const { address } = locationOf(call, call.rest);
    go(call, { kind: "run", direction, until: { kind: "address", address }, maxSteps: forever(direction) });
  };
}

/** `goto STEP`, `goto tick N` */
export function goTo(call: Call): void {
  const tick = /^(?:tick|instruction)\s+(.+)$/i.exec(call.rest.trim());
  const text = (tick?.[1] ?? call.rest).trim();
  if (text === "") {
    throw new ConsoleError(
      words(
        "To which step? For example: goto 100, goto tick 50, goto 0.",
        "前往哪一步？例如：goto 100、goto tick 50、goto 0。",
      ),
    );
  }
  const { bits } = call.value(text);
  go(call, tick ? { kind: "seek-tick", tick: bits } : { kind: "seek", step: bits });
}

/** `run`: from the beginning. */
export function again(call: Call): void {
  call.do({ kind: "restart" });
  if (call.rest.trim() !== "") throw new ConsoleError(words("run takes no arguments.", "run 不带参数。"));
  runs("forward")(call);
}

function go(call: Call, command: Command): void {
  call.do({ kind: "command", command, times: 1 });
}
