import { ROW_LIST } from "../isa/rows.ts";
import type { LoggedEvent } from "../recorder/event-log.ts";
import { reasonOf, titleOf } from "../recorder/words.ts";
import { sourcesOf } from "./domains.ts";
import type { PreparedProgram } from "./program.ts";
import type { Run } from "./run.ts";
import type { EventView } from "./types.ts";

/** An event as plain data with its words, and the source line of its instruction where there is one. */
export function eventView(run: Run, event: LoggedEvent, program: PreparedProgram): EventView {
  return {
    index: event.index,
    step: event.step,
    tick: event.tick,
    cycles: event.cycles,
    kind: event.kind,
    tenant: event.tenant === 0 ? "" : (run.machine.tenants[event.tenant - 1]?.name ?? ""),
    domain: run.computer.others?.length ? event.domain : null,
    cplBefore: event.cplBefore,
    cplAfter: event.cplAfter,
    eip: event.eip >>> 0,
    row: event.row >= 0 ? ROW_LIST[event.row]!.id : null,
    vector: event.vector >= 0 ? event.vector : null,
    errorCode: event.errorCode >= 0 ? event.errorCode : null,
    title: titleOf(event, run.strategy),
    reason: reasonOf(event, run.strategy),
    source: sourcesOf(program, event.domain)?.at((event.eip + (event.base ?? 0)) >>> 0) ?? null,
  };
}
