import { getEflags, setEflags } from "../../cpu/flags.ts";
import { FLAG_IF } from "../../cpu/registers.ts";
import type { CpuState } from "../../cpu/state.ts";
import type { HypervisorView } from "../../machine/hypervisor.ts";
import type { Memory } from "../../machine/memory.ts";
import type { Platform } from "../../machine/platform.ts";
import type { GuestView } from "../../machine/tenant.ts";
import { deliveredVector, readFrame } from "../deprivileged/trap-frame.ts";
import type { Domain } from "./domain.ts";
import { XenView } from "./inspect.ts";
import { FRAME_SIZE } from "./layout.ts";
import type { Xen } from "./monitor.ts";
import { absorb } from "./world.ts";

/** A domain as it knows itself: in ring 1 or 3, with machine frames in its page tables, and the upcall mask for IF. */
export class DomainGuest implements GuestView {
  readonly emulator = null;
  readonly directPaging = true;
  private readonly xen: Xen;
  private readonly of: Domain;

  constructor(xen: Xen, of: Domain) {
    this.xen = xen;
    this.of = of;
  }

  get memory(): Memory {
    return this.of.memory;
  }

  /** Nobody here has devices of its own: there are the real ones, whoever may use them. */
  get platform(): Platform {
    return this.xen.machine.platform;
  }

  readState(into: CpuState): void {
    const { xen, of } = this;
    const { state } = xen.machine.cpu;
    into.words.set(of.context.words);
    if (xen.holds(of)) {
      const outside = state.cpl > 0;
      const vector = deliveredVector(state);
      if (outside) into.words.set(state.words);
      else if (vector >= 0) {
        const frame = readFrame(xen.machine, vector);
        if (frame.fromGuest) absorb(into, xen.machine, of, frame);
      }
    }
    into.cr0 = state.cr0;
    into.cr4 = of.fields.cr4;
    into.cr3 = xen.runs(of) ? state.cr3 : of.context.cr3;
    into.gdtrBase = state.gdtrBase;
    into.gdtrLimit = state.gdtrLimit;
    const masked = xen.channels.upcallMasked(of);
    setEflags(into, (getEflags(into) & ~FLAG_IF) | (masked ? 0 : FLAG_IF));
  }

  virtualCpl(): number {
    const { xen, of } = this;
    const { state } = xen.machine.cpu;
    return xen.runs(of) ? state.cpl : of.context.cpl;
  }

  inGuest(): boolean {
    return this.xen.runs(this.of);
  }

  domain(): number {
    return this.xen.machine.cpu.state.cpl > 0 ? this.xen.current.id : -1;
  }

  taskStack(): number {
    const { kernelSs, kernelSp } = this.of.fields;
    return kernelSs * 2 ** 32 + (kernelSp >>> 0);
  }

  hypervisor(): HypervisorView {
    return new XenView(this.xen);
  }

  hostPhysical(guestPhysical: number): number {
    return guestPhysical + this.of.firstFrame * FRAME_SIZE;
  }
}
