import type { HypercallHistory, LoggedHypercall } from "../../machine/hypervisor.ts";
import { HYPERCALLS } from "./abi.ts";
import { decodeCall } from "./decode.ts";
import { errnoName } from "./decode-text.ts";
import { LOG_RECORDS } from "./layout.ts";
import type { HypercallLog, LoggedCall } from "./log.ts";

/** The hypercalls that the log still has. */
export function callHistory(log: HypercallLog, total: number): HypercallHistory {
  return { total, calls: log.read(total, LOG_RECORDS).map(viewOf) };
}

function viewOf(call: LoggedCall): LoggedHypercall {
  const { number, domain, hypercall, result, eip, tick, refusal } = call;
  const isError = hypercall !== HYPERCALLS.get_debugreg && hypercall !== HYPERCALLS.iret && result < 0;
  return {
    ...{ number, domain, eip, tick, refusal },
    ...decodeCall(call),
    result: hypercall === HYPERCALLS.iret ? null : result,
    errno: isError ? errnoName(result) : null,
    failed: isError || refusal !== null,
  };
}
