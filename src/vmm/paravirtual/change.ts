import type { Cpu } from "../../cpu/cpu.ts";
import { getEflags, setEflags } from "../../cpu/flags.ts";
import { FLAG_IF, FLAG_IOPL } from "../../cpu/registers.ts";
import type { Words } from "../../isa/types.ts";
import type { GuestChange, Machine } from "../../machine/machine.ts";
import { VirtualCpu } from "../virtual-cpu.ts";
import type { Domain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import { NO_TYPE, WRITABLE } from "./frame-types.ts";
import type { Frames } from "./frames.ts";
import { FRAME_SIZE } from "./layout.ts";

const FIXED: Words = {
  en: "A paravirtual guest's segment, control and table registers are the hypervisor's to load: let the guest make the hypercall.",
  zh: "半虚拟化客户机的段寄存器、控制寄存器和表寄存器由虚拟机监控器装载：请让客户机自己发出超级调用。",
};
const IS_TABLE: Words = {
  en: "These bytes are in a page table or descriptor table, whose entries have been validated: they change by hypercalls only.",
  zh: "这些字节位于页表或描述符表中，其表项已经过校验：只能通过超级调用修改。",
};

/** What a change is made in: the domain that runs, the processor that holds its registers. */
export interface Changed {
  readonly machine: Machine;
  readonly domain: Domain;
  readonly frames: Frames;
  readonly channels: EventChannels;
}

/**
 * A person's hand on the domain that runs, between two of its instructions: general registers, EIP, flags (IF is the
 * upcall mask) and plain memory can be changed. It is tried on a copy first, so that a refusal changes nothing.
 */
export function changeDomain({ machine, domain, frames, channels }: Changed, change: GuestChange): Words | null {
  const { cpu } = machine;
  const before = domain.memory.bytes.slice();
  const copy: Cpu = new VirtualCpu(machine, domain.memory, machine.platform, () => {});
  copy.state.words.set(cpu.state.words);
  const masked = channels.upcallMasked(domain);
  setEflags(copy.state, (getEflags(cpu.state) & ~FLAG_IF) | (masked ? 0 : FLAG_IF));
  copy.refresh();
  const refusal = change(copy) ?? problem();
  if (refusal !== null) {
    restore();
    return refusal;
  }
  const eflags = getEflags(copy.state);
  cpu.state.gpr.set(copy.state.gpr);
  cpu.state.eip = copy.state.eip;
  setEflags(cpu.state, (eflags | FLAG_IF) & ~FLAG_IOPL);
  channels.maskUpcalls(domain, (eflags & FLAG_IF) === 0);
  cpu.refresh();
  cpu.forgetFetch();
  return null;

  function problem(): Words | null {
    const { state } = copy;
    const real = cpu.state;
    const same = (["selector", "base", "limit", "attr"] as const).every((part) =>
      state[part].every((value, i) => value === real[part][i]),
    );
    const tables = (["cr0", "cr2", "cr3", "cr4", "gdtrBase", "gdtrLimit", "idtrBase", "idtrLimit"] as const).every(
      (name) => state[name] === real[name],
    );
    if (!same || !tables) return FIXED;
    return changedPages().every((page) => isPlain(page)) ? null : IS_TABLE;
  }

  function isPlain(page: number): boolean {
    const type = frames.typeInUse(domain.firstFrame + page);
    return type === NO_TYPE || type === WRITABLE;
  }

  function changedPages(): number[] {
    const { bytes } = domain.memory;
    const pages = new Set<number>();
    for (let at = 0; at < bytes.length; at++) if (bytes[at] !== before[at]) pages.add(Math.floor(at / FRAME_SIZE));
    return [...pages];
  }

  function restore(): void {
    for (const page of changedPages()) {
      const at = page * FRAME_SIZE;
      domain.memory.writeBytes(at, before.subarray(at, at + FRAME_SIZE));
    }
  }
}
