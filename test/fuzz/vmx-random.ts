import { type FieldName, VMCS_FIELDS } from "../../src/isa/vmcs.ts";
import { type ControlId, VMX_CONTROLS } from "../../src/isa/vmx-controls.ts";
import * as at from "../cpu/vmx-world.ts";
import { little } from "./instructions.ts";
import { type Random, spread } from "./random.ts";

/** Random guests of VT-x with random VMCSs, made by a seed: what there is to run, and what may not be touched. */

/** Pages that a guest under EPT may reach; all others are not mapped. */
const REACHABLE = [
  at.GDT,
  at.IDT,
  at.TSS,
  at.GUEST,
  at.HANDLERS,
  at.DATA,
  at.STACK & ~0xfff,
  at.PAGES,
  at.PAGES + 0x1000,
];

const SUPPORTED = Object.values(VMX_CONTROLS).filter(({ supported }) => supported);
/** Controls that would be of little use by chance, for they need more than a bit. */
const SPECIAL: ReadonlySet<ControlId> = new Set([
  "enable-ept",
  "enable-vpid",
  "unrestricted-guest",
  "enable-vm-functions",
]);
const RANDOM_CONTROLS = SUPPORTED.filter(({ id }) => !SPECIAL.has(id)).map(({ id }) => id);

const INTERESTING = [0, 1, 2, 3, 8, 0x10, 0x28, 0x7f, 0xfff, 0xffff, 0x10000, 0x9b, 0x93, 0xc09b, 0xc093, 0xf3, -1];

/** Instructions that lead somewhere: exits, faults, changes of mode. */
const PIECES: readonly (readonly number[])[] = [
  [0x0f, 0xa2], // cpuid
  [0xf4], // hlt
  [0xfb], // sti
  [0xfa], // cli
  [0x0f, 0x20, 0xc0], // mov eax, cr0
  [0x0f, 0x22, 0xc0], // mov cr0, eax
  [0x0f, 0x22, 0xd8], // mov cr3, eax
  [0x0f, 0x20, 0xe0], // mov eax, cr4
  [0x0f, 0x22, 0xe0], // mov cr4, eax
  [0x0f, 0x06], // clts
  [0x0f, 0x01, 0xf0], // lmsw ax
  [0x0f, 0x01, 0xe0], // smsw eax
  [0x0f, 0x21, 0xf8], // mov eax, dr7
  [0x0f, 0x23, 0xf8], // mov dr7, eax
  [0xe6, 0x80], // out 0x80, al
  [0xf3, 0x6e], // rep outsb
  [0xf3, 0x6c], // rep insb
  [0xf3, 0xee], // rep out dx, al
  [0x0f, 0x32], // rdmsr
  [0x0f, 0x30], // wrmsr
  [0x0f, 0x31], // rdtsc
  [0xf3, 0x90], // pause
  [0x0f, 0x01, 0xc1], // vmcall
  [0x0f, 0x01, 0xc3], // vmresume
  [0x0f, 0x01, 0xd4], // vmfunc
  [0x0f, 0x01, 0x38], // invlpg [eax]
  [0x0f, 0x01, 0x00], // sgdt [eax]
  [0x0f, 0x00, 0xd8], // ltr ax
  [0x8e, 0xd0], // mov ss, eax
  [0x8e, 0xd8], // mov ds, eax
  [0xcd, 0x30], // int 0x30
  [0xcc], // int3
  [0xf1], // int1
  [0xce], // into
  [0xcf], // iret
  [0x9c], // pushf
  [0x9d], // popf
  [0x0f, 0x0b], // ud2
  [0xf3, 0xaa], // rep stosb
  [0x40], // inc eax
  [0x61], // popa
  [0x60], // pusha
];

const ADDRESSES = spread<(random: Random) => number>([
  [6, (r) => at.DATA + r.below(0x1000)],
  [2, (r) => at.GUEST + r.below(0x400)],
  [2, (r) => at.STACK - r.below(0x100)],
  [1, (r) => at.GDT + r.below(0x30)],
  [1, (r) => at.IDT + r.below(0x800)],
  [1, (r) => at.PAGES + r.below(0x1100)],
  [1, (r) => at.VMCS + r.below(0x400)],
  [1, (r) => r.below(at.SIZE)],
  [1, (r) => r.next()],
]);

function piece(random: Random): readonly number[] {
  const address = () => little(random.pick(ADDRESSES)(random), 4);
  switch (random.below(9)) {
    case 0:
      return [0xb8 + random.pick([0, 1, 2, 3, 5, 6, 7]), ...address()];
    case 1:
      return [0xb8 + random.below(4), ...little(random.pick([...INTERESTING, 0x8001_0031, 0x2010, 0x2000, 0x174]), 4)];
    case 2:
      return [0xa3, ...address()];
    case 3:
      return [0xa1, ...address()];
    case 4:
      return [0xe9, ...little(random.between(-0x40, 0x40), 4)];
    case 5:
      return [
        0x68,
        ...little(random.oneIn(2) ? random.pick([8, 0x10, 0x202, 0x302, 0x20002, 0x3302]) : random.next(), 4),
      ];
    case 6:
      return random.oneIn(6) ? [random.below(256), random.below(256)] : random.pick(PIECES);
    default:
      return random.pick(PIECES);
  }
}

/** What a hypervisor may say: all instructions of VT-x, on whatever stands in its registers and at DATA. */
const ROOT_PIECES: readonly (readonly number[])[] = [
  [0xf3, 0x0f, 0xc7, 0x33], // vmxon [ebx]
  [0x66, 0x0f, 0xc7, 0x33], // vmclear [ebx]
  [0x0f, 0xc7, 0x33], // vmptrld [ebx]
  [0x0f, 0xc7, 0x3b], // vmptrst [ebx]
  [0x0f, 0x78, 0xc8], // vmread eax, ecx
  [0x0f, 0x78, 0x0b], // vmread [ebx], ecx
  [0x0f, 0x79, 0xc8], // vmwrite ecx, eax
  [0x0f, 0x79, 0xc8],
  [0x0f, 0x01, 0xc1], // vmcall
  [0x0f, 0x01, 0xc2], // vmlaunch
  [0x0f, 0x01, 0xc2],
  [0x0f, 0x01, 0xc3], // vmresume
  [0x0f, 0x01, 0xc3],
  [0x0f, 0x01, 0xc4], // vmxoff
  [0x66, 0x0f, 0x38, 0x80, 0x03], // invept eax, [ebx]
  [0x66, 0x0f, 0x38, 0x81, 0x03], // invvpid eax, [ebx]
];
const REGIONS = [
  at.VMXON_REGION,
  at.VMCS,
  at.VMCS_2,
  at.PAGES,
  at.HOST,
  at.SIZE,
  at.SIZE - 0x1000,
  0xfffff000,
  at.VMCS + 8,
];
const ENCODINGS = Object.values(VMCS_FIELDS).map(({ encoding }) => encoding);

/** A hypervisor that knows nothing; it begins in VMX operation, and is begun again after most exits. */
export function randomHypervisor(random: Random, instructions: number): number[] {
  return Array.from({ length: instructions }, (): readonly number[] => {
    const number = (value: number) => little(value, 4);
    switch (random.below(8)) {
      case 0:
        return [0xbb, ...number(at.DATA + random.below(4) * 8)]; // mov ebx, DATA
      case 1: // mov dword [DATA], a region
        return [0xc7, 0x05, ...number(at.DATA + random.below(4) * 8), ...number(random.pick(REGIONS))];
      case 2:
        return [0xb9, ...number(random.oneIn(8) ? random.next() : random.pick(ENCODINGS))]; // mov ecx, a field
      case 3:
        return [0xb8, ...number(random.pick([...INTERESTING, random.next()]))];
      case 4:
        return random.oneIn(4) ? piece(random) : random.pick(ROOT_PIECES);
      default:
        return random.pick(ROOT_PIECES);
    }
  }).flat();
}

/** Machine code of about that many instructions. */
export function randomCode(random: Random, instructions: number): number[] {
  return Array.from({ length: instructions }, () => piece(random)).flat();
}

/** Writes machine code. */
export function layCode(world: at.VmxWorld, address: number, code: readonly number[]): void {
  for (const [i, byte] of code.entries()) world.memory.write8(address + i, byte);
  world.cpu.dropCaches();
}

/** Fields whose random value an entry may well allow, and the values. */
const LIKELY: readonly (readonly [FieldName, (random: Random) => number])[] = [
  ["exceptionBitmap", (r) => (r.oneIn(2) ? r.next() : r.pick([0, -1, 2, 1 << 14, 0x100, 0x2000]))],
  ["pageFaultErrorCodeMask", (r) => r.below(8)],
  ["pageFaultErrorCodeMatch", (r) => r.below(8)],
  ["cr0GuestHostMask", (r) => r.pick([0, -1, 1, 8, 0x80000000])],
  ["cr0ReadShadow", (r) => r.pick([0, -1, 1, 0x80000021, 8])],
  ["cr4GuestHostMask", (r) => r.pick([0, -1, 0x2000])],
  ["cr4ReadShadow", (r) => r.pick([0, 0x2000, 0x10])],
  ["guestRflags", (r) => r.pick([2, 0x102, 0x202, 0x302, 0x10002, 0x10302, 0x3002, 0x4002, 0x20002, 0x40002])],
  ["guestInterruptibilityState", (r) => r.pick([0, 0, 1, 2, 8, 9, 10])],
  ["guestActivityState", (r) => r.pick([0, 0, 0, 1, 2])],
  ["guestPendingDebugExceptions", (r) => r.pick([0, 0, 0x4000, 0x1001, 0x5003])],
  ["entryInterruptionInformation", randomEvent],
  ["entryExceptionErrorCode", (r) => r.below(0x10000)],
  ["entryInstructionLength", (r) => r.below(4)],
  ["preemptionTimerValue", (r) => r.pick([0, 1, 50, 100, 1000, -1])],
  ["guestCr4", (r) => r.pick([0x2000, 0x2010, 0x2090, 0x2804])],
  ["guestCr0", (r) => r.pick([0x80000031, 0x80010031, 0x21, 0x20, 0x31, 0x80000039])],
  ["tscOffset", (r) => r.next()],
  ["guestIdtrLimit", (r) => r.pick([0x7ff, 0x3f, 0, 0xffff])],
  ["guestGdtrLimit", (r) => r.pick([0x2f, 0x17, 0, 0xffff])],
  ["guestRsp", (r) => r.pick([at.STACK, at.STACK - 2, at.DATA, 0, 6, 0xfffffffe])],
  ["guestSsAccessRights", (r) => r.pick([0xc093, 0x93, 0xc097, 0x10000])],
  ["guestDsAccessRights", (r) => r.pick([0xc093, 0xc091, 0x10000, 0xc0f3])],
];

export function randomEvent(random: Random): number {
  const type = random.pick([0, 2, 3, 3, 4, 5, 6, 7]);
  const vector = {
    0: random.pick([0x20, 0x30]),
    2: 2,
    3: random.below(20),
    4: 0x30,
    5: 1,
    6: random.pick([3, 4]),
    7: 0,
  }[type]!;
  const withCode = type === 3 && [8, 10, 11, 12, 13, 14, 17].includes(vector);
  return (0x80000000 | (withCode ? 0x800 : 0) | (type << 8) | vector) ^ (random.oneIn(12) ? 1 << random.below(32) : 0);
}

/** Of the host's, only what cannot keep it from running where the entry allows it. */
const ALL = (Object.keys(VMCS_FIELDS) as FieldName[]).filter((name) => !/^host(?!Cr0|Cr4|..Selector)/.test(name));

/** What a seed makes of a world. Answers whether the guest is under EPT that keeps it to REACHABLE. */
export function prepare(world: at.VmxWorld, random: Random): boolean {
  const { vmcs, memory } = world;
  for (let page = 0x100; page < 0x120; page++) memory.write32(page << 12, random.next());
  const enclosed = random.oneIn(2);
  if (enclosed) enclose(world, random);
  if (random.oneIn(3)) {
    world.on("enable-vpid");
    world.fields({ vpid: random.between(1, 3) });
  }
  for (let i = random.below(6); i > 0; i--) world.on(random.pick(RANDOM_CONTROLS));
  world.fields({ msrBitmap: at.BITMAP, ioBitmapA: at.BITMAP, ioBitmapB: at.BITMAP });
  if (random.oneIn(3)) for (let i = 0; i < 64; i++) memory.write8(at.BITMAP + random.below(0x1000), random.below(256));
  for (let i = random.below(5); i > 0; i--) {
    const [name, value] = random.pick(LIKELY);
    vmcs.set(name, value(random));
  }
  if (random.oneIn(4)) {
    memory.write32(at.LIST, random.pick([0x10, 0x174, 0x175, 0x176, 0x3a, 0x999]));
    memory.write32(at.LIST + 4, random.oneIn(6) ? 1 : 0);
    const name = random.pick(["entryMsrLoad", "exitMsrStore", "exitMsrLoad"] as const);
    world.fields({ [`${name}Count`]: random.pick([1, 1, 2, 513]), [`${name}Address`]: at.LIST });
  }
  if (random.oneIn(5)) {
    // Something the entry may not allow.
    const name = random.pick(ALL);
    const value = random.oneIn(3) ? random.next() : random.pick(INTERESTING);
    vmcs.set(name, random.oneIn(2) ? value : vmcs.get(name) ^ (1 << random.below(32)));
    if (random.oneIn(3))
      vmcs.setHigh(random.pick(["eptPointer", "vmcsLinkPointer", "msrBitmap"] as const), random.below(2));
  }
  if (random.oneIn(8)) realMode(world, random);
  else if (random.oneIn(10)) virtual8086(world);
  layCode(world, at.GUEST, randomCode(random, random.between(4, 60)));
  if (random.oneIn(2)) layCode(world, at.HANDLERS, randomCode(random, 40));
  world.cpu.dropCaches();
  return enclosed && vmcs.get("eptPointer") === POINTER;
}

const POINTER = at.PML4 | 0x1e;

/** EPT maps REACHABLE alone, some of it not with all rights, some entries broken. */
function enclose(world: at.VmxWorld, random: Random): void {
  const { memory } = world;
  world.ept();
  for (let i = 0; i < 512; i++) memory.write32(at.EPT_TABLE + i * 8, 0);
  for (const page of REACHABLE) {
    const rights = random.oneIn(8) ? random.below(8) : 7;
    const type = random.oneIn(16) ? random.below(8) : 6;
    memory.write32(at.EPT_TABLE + (page >>> 12) * 8, page | (type << 3) | rights);
  }
  if (random.oneIn(3)) world.on("unrestricted-guest");
  if (random.oneIn(4)) {
    world.on("enable-vm-functions");
    world.fields({ vmFunctionControls: random.below(2), eptpListAddress: at.BITMAP });
    memory.write32(at.BITMAP, POINTER);
  }
}

function segments(world: at.VmxWorld, rights: number, selector: number): void {
  for (const segment of ["Es", "Cs", "Ss", "Ds", "Fs", "Gs"] as const) {
    world.vmcs.set(`guest${segment}Selector`, selector);
    world.vmcs.set(`guest${segment}Base`, selector << 4);
    world.vmcs.set(`guest${segment}Limit`, 0xffff);
    world.vmcs.set(`guest${segment}AccessRights`, rights);
  }
}

function realMode(world: at.VmxWorld, random: Random): void {
  segments(world, 0x93, at.GUEST >>> 4);
  world.fields({ guestCr0: random.oneIn(2) ? 0x20 : 0x30, guestRip: 0, guestRsp: 0x8000, guestIdtrLimit: 0x3ff });
  world.fields({ guestIdtrBase: at.DATA });
}

function virtual8086(world: at.VmxWorld): void {
  segments(world, 0xf3, at.GUEST >>> 4);
  world.fields({ guestRflags: 0x20002, guestRip: 0, guestRsp: 0x8000 });
}
