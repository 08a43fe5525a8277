import type { Bus } from "../cpu/bus.ts";
import { Cpu } from "../cpu/cpu.ts";
import type { Machine } from "../machine/machine.ts";
import type { Memory } from "../machine/memory.ts";
import type { Platform } from "../machine/platform.ts";

/** Told of the port accesses that a virtual CPU makes. */
export type PortObserver = (reason: "in" | "out", port: number, value: number) => void;

/**
 * A virtual CPU: a second instance of the same processor, over the guest's memory and the guest's devices. It holds
 * what the guest believes, and it is the VMM's emulator: there is no second set of semantics (decision 9).
 */
export class VirtualCpu extends Cpu {
  constructor(machine: Machine, memory: Memory, platform: Platform, observe: PortObserver) {
    const bus: Bus = {
      memory,
      portIn(port, size) {
        const value = platform.portIn(port, size, machine.time);
        observe("in", port, value);
        return value;
      },
      portOut(port, size, value) {
        platform.portOut(port, size, value, machine.time);
        observe("out", port, value);
      },
      cycles: () => machine.timeStamp(),
      isHostGate: () => false,
      noteSilent: () => {},
    };
    // The counterfactual processor is the guest's too: its own user code meets the rule as on bare metal.
    super(bus, { whatIf: [...machine.cpu.whatIf] });
  }
}
