import type { CpuState } from "../../cpu/state.ts";
import { handOver } from "../../machine/hand-over.ts";
import { Machine } from "../../machine/machine.ts";
import type { GuestView } from "../../machine/tenant.ts";
import type { Computer, GuestSetup, Strategy } from "../strategy.ts";

/** On bare metal the guest's view is the machine itself. */
class BareMetalGuest implements GuestView {
  readonly emulator = null;
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get memory() {
    return this.machine.memory;
  }

  get platform() {
    return this.machine.platform;
  }

  readState(into: CpuState): void {
    into.words.set(this.machine.cpu.state.words);
  }

  virtualCpl(): number {
    return this.machine.cpu.state.cpl;
  }

  inGuest(): boolean {
    return true;
  }

  hostPhysical(guestPhysical: number): number {
    return guestPhysical;
  }
}

function build(setup: GuestSetup): Computer {
  const { memoryBytes, whatIf, vmx = false } = setup;
  const machine = new Machine({ memoryBytes, whatIf, vmx });
  const entry = setup.place(machine.memory);
  handOver(machine.cpu.state, machine.memory, entry);
  return { machine, guest: new BareMetalGuest(machine) };
}

/** Nobody between the guest and the processor. */
export const bareMetal: Strategy = {
  id: "bare-metal",
  name: { en: "Bare metal", zh: "裸机" },
  summary: {
    en: "No VMM: the guest owns the processor, and its kernel runs in ring 0.",
    zh: "没有 VMM：客户机独占处理器，其内核运行在环 0。",
  },
  seats: [
    { who: "guest-kernel", ring: 0, virtualRing: 0, label: { en: "Kernel", zh: "内核" } },
    { who: "guest-ring1", ring: 1, virtualRing: 1, label: { en: "Ring 1", zh: "环 1" } },
    { who: "guest-ring2", ring: 2, virtualRing: 2, label: { en: "Ring 2", zh: "环 2" } },
    { who: "guest-user", ring: 3, virtualRing: 3, label: { en: "User", zh: "用户" } },
    {
      who: "inner-kernel",
      ring: 0,
      virtualRing: 0,
      world: "non-root",
      label: { en: "Guest kernel", zh: "客户机内核" },
    },
    {
      who: "inner-user",
      ring: 3,
      virtualRing: 3,
      world: "non-root",
      label: { en: "Guest user", zh: "客户机用户" },
    },
  ],
  build,
  reasons: {},
  explain: ({ silentWords }) => silentWords ?? { en: "", zh: "" },
};
