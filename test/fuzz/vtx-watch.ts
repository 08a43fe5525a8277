import { EPT_LARGE } from "../../src/cpu/vmx/ept.ts";
import { PAGE_SIZE } from "../../src/machine/memory.ts";
import type { Computer } from "../../src/vmm/strategy.ts";
import * as at from "../../src/vmm/vtx/layout.ts";
import type { Vtx } from "../../src/vmm/vtx/monitor.ts";
import { Violation } from "./watch.ts";

const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;
const PRESENT = 1;
/** Accessed and dirty bits of shadow entries. */
const MARKS = 0x60;

/** The VMM's memory as it should be; one for all watches, of which one is in use at a time. */
const mirror = new Uint8Array(at.VMM_SIZE);
const mirrorWords = new Int32Array(mirror.buffer);

function demand(holds: boolean, text: () => string): void {
  if (!holds) throw new Violation(text());
}

/** Stubs at which the VMM is entered, or that it runs through. */
function isStub(eip: number): boolean {
  const stub = eip >= at.STUBS && eip < at.STUBS + 256 * at.STUB_SIZE && (eip - at.STUBS) % at.STUB_SIZE === 0;
  const code = [at.LAUNCH, at.EXIT, at.RESUME, at.EMULATE, at.IDLE, at.IDLE + 1, at.IDLE + 2];
  return stub || (eip >= at.BOOT && eip < at.BOOT_VMXON) || code.includes(eip);
}

/**
 * Holds the computer of a VMM in VMX root operation to what it owes itself, at every VM exit. It looks at the real processor,
 * the tables that it walks and the VMM's memory only; what the VMM believes plays no part.
 */
export class VtxWatch {
  private readonly computer: Computer;

  constructor(computer: Computer) {
    this.computer = computer;
    mirror.set(this.memory.bytes.subarray(0, at.VMM_SIZE));
    this.memory.takeDirty();
    const vmm = computer.guest as Vtx;
    const gate = vmm.gate.bind(vmm);
    vmm.gate = (index) => {
      this.untouched();
      gate(index);
      this.absorbWrites();
    };
    const { cpu } = computer.machine;
    const run = cpu.run.bind(cpu);
    cpu.run = (budget) => {
      this.rootIsTheVmms();
      return run(budget);
    };
  }

  private get memory() {
    return this.computer.machine.memory;
  }

  /** The VMM has run: what it wrote is as it wants it. */
  private absorbWrites(): void {
    for (const page of this.memory.takeDirty()) {
      const start = page * PAGE_SIZE;
      if (start < at.VMM_SIZE) mirror.set(this.memory.bytes.subarray(start, start + PAGE_SIZE), start);
    }
  }

  private rootIsTheVmms(): void {
    const { cpu } = this.computer.machine;
    if (cpu.guest !== null) return;
    const { state } = cpu;
    demand(state.cpl === 0 && state.cr3 === at.HOST_DIRECTORY, () => `root operation at CPL ${state.cpl}`);
    demand(isStub(state.eip), () => `root operation runs at ${hex(state.eip)}`);
  }

  /** Since the VMM last ran nothing in its memory has changed but the VMCS, its stack and what the processor marks. */
  private untouched(): void {
    const words = this.memory.words32;
    for (const page of this.memory.takeDirty()) {
      if (page * PAGE_SIZE >= at.VMM_SIZE) continue;
      for (let i = page * 1024; i < (page + 1) * 1024; i++) {
        const changed = words[i]! ^ mirrorWords[i]!;
        if (changed === 0) continue;
        demand(this.mayChange(i * 4, changed), () => `VMM memory ${hex(i * 4)} changed by ${hex(changed)}`);
        mirrorWords[i] = words[i]!;
      }
    }
  }

  private mayChange(address: number, changed: number): boolean {
    if (address >= at.VMCS && address < at.VMCS + PAGE_SIZE) return true;
    // What interrupts the idle loop pushes EFLAGS, CS and EIP.
    if (address >= at.STACK_TOP - 12 && address < at.STACK_TOP) return true;
    return address >= at.POOL && (changed & ~MARKS) === 0;
  }

  /** At the end: the VMM's memory once more, and all that maps memory for the guest. */
  finish(): void {
    const { machine, guest } = this.computer;
    this.rootIsTheVmms();
    this.untouched();
    this.extended();
    const { paging } = (guest as Vtx).save();
    for (const table of paging?.tables ?? []) if (table.kind !== "directory") this.shadow(table.frame);
    demand(machine.memory.size === at.VMM_SIZE + guest.memory.size, () => "memory has changed its size");
  }

  private isGuests(frame: number, bytes: number): boolean {
    return frame >= at.VMM_SIZE && frame + bytes <= at.VMM_SIZE + this.computer.guest.memory.size;
  }

  private extended(): void {
    for (let i = 0; i < 512; i++) {
      const entry = this.memory.read32(at.EPT_DIRECTORY + i * 8);
      if ((entry & PRESENT) === 0) continue;
      if ((entry & EPT_LARGE) !== 0) {
        demand(this.isGuests(entry & -0x200000, 0x200000), () => `EPT entry ${i} is ${hex(entry)}`);
        continue;
      }
      const table = entry & -PAGE_SIZE;
      for (let page = 0; page < 512; page++) {
        const leaf = this.memory.read32(table + page * 8);
        const mine = (leaf & PRESENT) === 0 || this.isGuests(leaf & -PAGE_SIZE, PAGE_SIZE);
        demand(mine, () => `EPT entry ${i}, ${page} is ${hex(leaf)}`);
      }
    }
  }

  private shadow(frame: number): void {
    for (let i = 0; i < 1024; i++) {
      const entry = this.memory.read32(frame + i * 4);
      const mine = (entry & PRESENT) === 0 || this.isGuests((entry & -PAGE_SIZE) >>> 0, PAGE_SIZE);
      demand(mine, () => `shadow entry ${hex(entry)} at ${hex(frame + i * 4)}`);
    }
  }
}
