import { STOP_WORLD } from "../../src/cpu/api.ts";
import type { Bus } from "../../src/cpu/bus.ts";
import { Cpu } from "../../src/cpu/cpu.ts";
import { ACTIVE, CS, DS, ES, ESP, FS, GS, LDTR, SS, TR, VMX_NON_ROOT, VMX_ROOT } from "../../src/cpu/state.ts";
import { Vmcs } from "../../src/cpu/vmx/vmcs.ts";
import { type FieldName, VMCS_FIELD_LIST } from "../../src/isa/vmcs.ts";
import { CR0_FIXED_1, VMCS_REVISION } from "../../src/isa/vmx-capabilities.ts";
import { CONTROL_SETS, type ControlId, mustBeOne, VMX_CONTROLS } from "../../src/isa/vmx-controls.ts";
import { Memory } from "../../src/machine/memory.ts";
import { assemble } from "./assemble.ts";

/** Where a world keeps things; guest-physical addresses are physical ones unless a test changes the EPT. */
export const VMXON_REGION = 0x1000;
export const VMCS = 0x2000;
export const VMCS_2 = 0x3000;
export const GDT = 0x4000;
export const IDT = 0x5000;
export const TSS = 0x6000;
export const LIST = 0x7000;
export const BITMAP = 0x8000;
export const PML4 = 0xa000;
export const PDPT = 0xb000;
export const EPT_DIRECTORY = 0xc000;
export const EPT_TABLE = 0xd000;
export const OTHER_PML4 = 0x16000;
export const GUEST = 0x10000;
export const HANDLERS = 0x11000;
export const DATA = 0x12000;
export const HOST = 0x14000;
export const HOST_STACK = 0x15ff0;
export const STACK = 0x18ff0;
/** Page directory, and the table of the first 4 MiB. */
export const PAGES = 0x20000;
export const SIZE = 2 << 20;

const CODE_RIGHTS = 0xc09b;
const DATA_RIGHTS = 0xc093;

/**
 * A processor in VMX root operation with a current VMCS that would enter a flat 32-bit guest at GUEST, in ring 0 with
 * paging. The host is at HOST, where VMLAUNCH and VMRESUME stand.
 */
export class VmxWorld {
  readonly memory: Memory;
  readonly cpu: Cpu;
  readonly vmcs: Vmcs;
  readonly ports: string[] = [];
  now = 1000;

  /** `given`: a computer's memory and processor, in place of ones of its own. */
  constructor(given: { readonly memory: Memory; readonly cpu: Cpu } | null = null) {
    this.memory = given?.memory ?? new Memory(SIZE);
    const { memory } = this;
    const bus: Bus = {
      memory,
      portIn: (port) => {
        this.ports.push(`in ${port.toString(16)}`);
        return 0;
      },
      portOut: (port) => {
        this.ports.push(`out ${port.toString(16)}`);
      },
      cycles: () => this.now + this.cpu.cycles,
      timerCycles: () => this.now + this.cpu.cycles,
      isHostGate: () => false,
      noteSilent: () => {},
    };
    this.cpu = given?.cpu ?? new Cpu(bus, { whatIf: [], vmx: true });
    this.vmcs = new Vmcs(memory);
    this.vmcs.pointer = VMCS;
    this.tables();
    this.controls();
    this.guestState();
    this.hostState();
    this.atHost();
  }

  private tables(): void {
    const { memory } = this;
    for (const region of [VMXON_REGION, VMCS, VMCS_2]) memory.write32(region, VMCS_REVISION);
    const flat = [0x9b, 0x93, 0xfb, 0xf3];
    for (const [i, access] of flat.entries()) {
      memory.write32(GDT + 8 + i * 8, 0xffff);
      memory.write32(GDT + 12 + i * 8, (access << 8) | 0xcf0000);
    }
    memory.write32(GDT + 0x28, (TSS << 16) | 0xff);
    memory.write32(GDT + 0x2c, 0x8b00);
    for (let vector = 0; vector < 256; vector++) {
      const offset = HANDLERS + vector * 4;
      memory.write32(IDT + vector * 8, (offset & 0xffff) | (8 << 16));
      memory.write32(IDT + vector * 8 + 4, (offset & ~0xffff) | 0x8e00);
    }
    // The handlers: each leaves the guest by CPUID.
    for (let vector = 0; vector < 256; vector++) memory.write32(HANDLERS + vector * 4, 0x90_90a20f | 0);
    memory.write32(TSS + 4, STACK);
    memory.write32(TSS + 8, 0x10);
    memory.write32(PAGES, (PAGES + 0x1000) | 7);
    for (let i = 0; i < 1024; i++) memory.write32(PAGES + 0x1000 + i * 4, (i << 12) | 7);
    memory.write32(PML4, PDPT | 7);
    memory.write32(PDPT, EPT_DIRECTORY | 7);
    memory.write32(EPT_DIRECTORY, EPT_TABLE | 7);
    for (let i = 0; i < 512; i++) memory.write32(EPT_TABLE + i * 8, (i << 12) | (6 << 3) | 7);
    this.put(HOST, "vmlaunch\nhlt\nvmresume\nhlt");
    this.put(GUEST, "cpuid");
  }

  private controls(): void {
    for (const set of Object.values(CONTROL_SETS)) this.vmcs.set(set.field, mustBeOne(set));
    this.vmcs.set64("vmcsLinkPointer", -1, -1);
  }

  private guestState(): void {
    const { vmcs } = this;
    this.fields({
      guestCr0: CR0_FIXED_1,
      guestCr3: PAGES,
      guestCr4: 0x2000,
      guestDr7: 0x400,
      guestRsp: STACK,
      guestRip: GUEST,
      guestRflags: 2,
      guestGdtrBase: GDT,
      guestGdtrLimit: 0x2f,
      guestIdtrBase: IDT,
      guestIdtrLimit: 0x7ff,
      guestTrSelector: 0x28,
      guestTrBase: TSS,
      guestTrLimit: 0xff,
      guestTrAccessRights: 0x8b,
      guestLdtrAccessRights: 0x10000,
    });
    for (const segment of ["Es", "Cs", "Ss", "Ds", "Fs", "Gs"] as const) {
      vmcs.set(`guest${segment}Selector`, segment === "Cs" ? 8 : 0x10);
      vmcs.set(`guest${segment}Limit`, -1);
      vmcs.set(`guest${segment}AccessRights`, segment === "Cs" ? CODE_RIGHTS : DATA_RIGHTS);
    }
  }

  private hostState(): void {
    this.fields({
      hostCr0: CR0_FIXED_1,
      hostCr3: PAGES,
      hostCr4: 0x2000,
      hostCsSelector: 8,
      hostSsSelector: 0x10,
      hostDsSelector: 0x10,
      hostEsSelector: 0x10,
      hostFsSelector: 0x10,
      hostGsSelector: 0x10,
      hostTrSelector: 0x28,
      hostTrBase: TSS,
      hostGdtrBase: GDT,
      hostIdtrBase: IDT,
      hostRsp: HOST_STACK,
      hostRip: HOST + 4,
    });
  }

  /** Puts the processor into VMX root operation at VMLAUNCH. */
  private atHost(): void {
    const { state } = this.cpu;
    state.vmxMode = VMX_ROOT;
    state.vmxonPointer = VMXON_REGION;
    state.vmcsPointer = VMCS;
    state.featureControl = 5;
    state.cr0 = CR0_FIXED_1 | 0x10;
    state.cr3 = PAGES;
    state.cr4 = 0x2000;
    state.dr6 = 0xffff0ff0 | 0;
    state.dr7 = 0x400;
    for (const segment of [ES, CS, SS, DS, FS, GS]) {
      state.selector[segment] = segment === CS ? 8 : 0x10;
      state.limit[segment] = -1;
      state.attr[segment] = segment === CS ? CODE_RIGHTS : DATA_RIGHTS;
    }
    state.attr[LDTR] = 0x10000;
    state.selector[TR] = 0x28;
    state.base[TR] = TSS;
    state.limit[TR] = 0x67;
    state.attr[TR] = 0x8b;
    state.gdtrBase = GDT;
    state.gdtrLimit = 0xffff;
    state.idtrBase = IDT;
    state.idtrLimit = 0xffff;
    state.gpr[ESP] = HOST_STACK;
    state.rawFlags = 2;
    state.eip = HOST;
    state.timerLow = -1;
    state.timerHigh = -1;
    this.cpu.refresh();
  }

  /** Writes machine code. */
  put(at: number, source: string): void {
    for (const [i, byte] of assemble(source, at).entries()) this.memory.write8(at + i, byte);
    this.cpu?.dropCaches();
  }

  fields(values: Partial<Record<FieldName, number>>): void {
    for (const [name, value] of Object.entries(values)) this.vmcs.set(name as FieldName, value);
  }

  /** Sets controls to 1; secondary ones activate their vector. */
  on(...ids: readonly ControlId[]): void {
    for (const id of ids) {
      const { set, mask } = VMX_CONTROLS[id];
      const { field } = CONTROL_SETS[set];
      this.vmcs.set(field, this.vmcs.get(field) | mask);
      if (set === "secondary") this.on("activate-secondary-controls");
    }
  }

  /** EPT that maps the first 2 MiB to themselves. */
  ept(): void {
    this.on("enable-ept");
    this.fields({ eptPointer: PML4 | 0x1e });
  }

  /** Executes in root operation; leaves EIP behind the code. */
  root(source: string): void {
    const { state } = this.cpu;
    this.put(HOST + 0x100, source);
    const bytes = assemble(source, HOST + 0x100).length;
    state.eip = HOST + 0x100;
    for (let i = 0; i < 100 && state.eip !== HOST + 0x100 + bytes && state.activity === ACTIVE; i++) this.cpu.run(1);
    state.eip = HOST + 4;
  }

  /** Runs until the guest is left, or at most `steps`. */
  run(steps = 1000): void {
    for (let made = 0; made < steps; ) {
      made += Math.max(1, this.cpu.run(steps - made));
      this.now += this.cpu.cycles;
      this.cpu.cycles = 0;
      if (this.cpu.stop === STOP_WORLD && this.cpu.state.vmxMode !== VMX_NON_ROOT) return;
      if (this.cpu.state.activity !== ACTIVE) return;
    }
  }

  /** Enters the guest by VMLAUNCH or VMRESUME, and runs until it is left. */
  enter(): this {
    this.cpu.state.activity = ACTIVE;
    this.cpu.state.eip = this.vmcs.launched ? HOST + 4 : HOST;
    this.run();
    return this;
  }

  /** Enters, with the code in the guest at GUEST; it ends with CPUID. */
  guest(source: string): this {
    this.put(GUEST, `${source}\ncpuid`);
    return this.enter();
  }

  /** How the guest was left: reason (hexadecimal where an entry failed), and RIP relative to the guest's code. */
  get left(): string {
    const reason = this.vmcs.get("exitReason");
    const where = (this.vmcs.get("guestRip") - GUEST).toString(16);
    return reason < 0 ? `failed ${reason & 0xffff}` : `${reason} +${where}`;
  }

  /** A field in hexadecimal. */
  hex(name: FieldName): string {
    return (this.vmcs.get(name) >>> 0).toString(16);
  }

  /** Everything that is the processor's, to be compared. */
  snapshot(): { readonly words: number[]; readonly tlb: number[] } {
    return { words: [...this.cpu.state.words], tlb: [...this.cpu.tlb.save()] };
  }
}

export const FIELD_NAMES: readonly FieldName[] = VMCS_FIELD_LIST.map(({ name }) => name);
