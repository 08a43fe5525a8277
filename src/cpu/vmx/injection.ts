import {
  TYPE_EXTERNAL,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_NMI,
  TYPE_OTHER,
  TYPE_PRIVILEGED_EXCEPTION,
} from "../../isa/vmx-events.ts";
import { DELIVERY_EXTERNAL, DELIVERY_FAULT, DELIVERY_SOFTWARE, DELIVERY_TRAP } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import { deliverEvent, deliverInjected } from "../delivery.ts";
import { interruptionOf, isSoftware } from "./interruption.ts";
import type { Vmcs } from "./vmcs.ts";
import type { World } from "./world.ts";

/**
 * Event injection: the last thing that a VM entry does (SDM Vol. 3C, 27.6). The event goes through the guest's IDT whatever
 * the exception bitmap says; what goes wrong on the way may leave the guest again.
 */
export function injectEvent(cpu: Cpu, world: World, vmcs: Vmcs): void {
  const information = vmcs.get("entryInterruptionInformation");
  const event = interruptionOf(information);
  const { state } = cpu;
  if (!event.valid) return;
  if (event.type === TYPE_OTHER) {
    state.pendingMtf = 1;
    return;
  }
  // Debug exceptions that were pending are lost (27.7.3), and an NMI blocks further ones before its delivery can fail (28.1).
  state.pendingDebug = 0;
  if (event.type === TYPE_NMI) state.nmiBlocking = 1;
  const { dr7 } = state;
  const code = event.errorCode ? vmcs.get("entryExceptionErrorCode") : -1;
  const software = isSoftware(event);
  const length = software ? vmcs.get("entryInstructionLength") : 0;
  world.beginInjection(information, Math.max(0, code), length);
  const { eip } = state;
  if (software) state.eip = (eip + length) | 0;
  const kind = !software || event.type === TYPE_PRIVILEGED_EXCEPTION ? DELIVERY_TRAP : DELIVERY_SOFTWARE;
  const external = event.type === TYPE_EXTERNAL || event.type === TYPE_NMI;
  const delivered = deliverInjected(cpu, event.vector, external ? DELIVERY_EXTERNAL : kind, code);
  // Unlike #DB of the guest's own, an injected one leaves DR7 alone (27.6.1.1).
  state.dr7 = dr7;
  if (delivered) {
    world.endDelivery();
    world.stepped();
    return;
  }
  state.eip = eip;
  if (cpu.exitPending !== null) {
    world.exit(cpu.takeExit());
    return;
  }
  const before = event.type === TYPE_HARDWARE_EXCEPTION ? event.vector : -1;
  deliverEvent(cpu, cpu.faultVector, DELIVERY_FAULT, cpu.faultCode, before);
  cpu.refresh();
  world.stepped();
}
