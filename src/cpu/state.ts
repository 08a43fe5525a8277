/**
 * The processor's registers as plain data: one Int32Array, with names over it. A snapshot is a copy of `words`;
 * two states are equal when their words are. Every value is a signed 32-bit word; use `>>> 0` to show or compare
 * addresses and limits.
 */

/** Segment registers, numbered as ModRM.reg numbers them, then the two system ones. */
export const ES = 0,
  CS = 1,
  SS = 2,
  DS = 3,
  FS = 4,
  GS = 5,
  LDTR = 6,
  TR = 7;
/** General registers, numbered as ModRM.reg numbers them. */
export const EAX = 0,
  ECX = 1,
  EDX = 2,
  EBX = 3,
  ESP = 4,
  EBP = 5,
  ESI = 6,
  EDI = 7;

/** Interruptibility: nothing, the instruction after STI, the instruction after MOV SS or POP SS. */
export const SHADOW_NONE = 0,
  SHADOW_STI = 1,
  SHADOW_MOV_SS = 2;
/** Activity states. */
export const ACTIVE = 0,
  HALTED = 1,
  SHUTDOWN = 2;

/** VMX operation (SDM Vol. 3C, 24.3): none, the VMM's, the guest's. */
export const VMX_OFF = 0,
  VMX_ROOT = 1,
  VMX_NON_ROOT = 2;

const GPR = 0;
const SELECTOR = 8;
const BASE = 16;
const LIMIT = 24;
const ATTR = 32;
const SCALARS = 40;
const COUNT = 88;

/** Bits of a hidden part's attributes: the descriptor's byte 5 in 7:0, its flags (AVL, L, D/B, G) in 15:12. */
export const ATTR_ACCESSED = 1 << 0;
export const ATTR_S = 1 << 4;
export const ATTR_DPL_SHIFT = 5;
export const ATTR_P = 1 << 7;
export const ATTR_AVL = 1 << 12;
export const ATTR_DB = 1 << 14;
export const ATTR_G = 1 << 15;
/** The register holds a null selector or was nulled by a return to an outer ring: any use is #GP(0) (SS: #SS). */
export const ATTR_UNUSABLE = 1 << 16;

export class CpuState {
  /** Everything below, in one array. */
  readonly words = new Int32Array(COUNT);
  /** EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI. */
  readonly gpr = this.words.subarray(GPR, GPR + 8);
  /** The same registers as words: AX is 0, CX is 2, DX is 4, ... */
  readonly gpr16 = new Uint16Array(this.words.buffer, 4 * GPR, 16);
  /** The same registers as bytes: AL is 0, AH is 1, CL is 4, CH is 5, ... */
  readonly gpr8 = new Uint8Array(this.words.buffer, 4 * GPR, 32);
  /** By segment register number, the visible selector (16 bits). */
  readonly selector = this.words.subarray(SELECTOR, SELECTOR + 8);
  /** By segment register number, the hidden base. */
  readonly base = this.words.subarray(BASE, BASE + 8);
  /** By segment register number, the hidden limit in bytes (granularity already applied), as in the last valid offset. */
  readonly limit = this.words.subarray(LIMIT, LIMIT + 8);
  /** By segment register number, the hidden attributes (ATTR_*). */
  readonly attr = this.words.subarray(ATTR, ATTR + 8);

  // Scalars are accessors over `words`: V8 inlines them, and a snapshot needs no list of fields.
  get eip(): number {
    return this.words[SCALARS]!;
  }
  set eip(v: number) {
    this.words[SCALARS] = v;
  }
  /**
   * EFLAGS without the arithmetic flags that `lazy*` still hold. Read and write EFLAGS through `cpu/flags.ts`
   * (`getEflags`, `setEflags`); control bits (IF, TF, IOPL, ...) are always exact here.
   */
  get rawFlags(): number {
    return this.words[SCALARS + 1]!;
  }
  set rawFlags(v: number) {
    this.words[SCALARS + 1] = v;
  }
  /** Mask of the arithmetic flags to be computed from the fields below; 0: `rawFlags` is EFLAGS. */
  get lazyMask(): number {
    return this.words[SCALARS + 2]!;
  }
  set lazyMask(v: number) {
    this.words[SCALARS + 2] = v;
  }
  get lazyResult(): number {
    return this.words[SCALARS + 3]!;
  }
  set lazyResult(v: number) {
    this.words[SCALARS + 3] = v;
  }
  /** Carries of the operation that set the flags, aligned so that bit 31 is CF; the meaning is `cpu/flags.ts`'s. */
  get lazyCarries(): number {
    return this.words[SCALARS + 4]!;
  }
  set lazyCarries(v: number) {
    this.words[SCALARS + 4] = v;
  }
  get cr0(): number {
    return this.words[SCALARS + 7]!;
  }
  set cr0(v: number) {
    this.words[SCALARS + 7] = v;
  }
  get cr2(): number {
    return this.words[SCALARS + 8]!;
  }
  set cr2(v: number) {
    this.words[SCALARS + 8] = v;
  }
  get cr3(): number {
    return this.words[SCALARS + 9]!;
  }
  set cr3(v: number) {
    this.words[SCALARS + 9] = v;
  }
  get cr4(): number {
    return this.words[SCALARS + 10]!;
  }
  set cr4(v: number) {
    this.words[SCALARS + 10] = v;
  }
  get gdtrBase(): number {
    return this.words[SCALARS + 11]!;
  }
  set gdtrBase(v: number) {
    this.words[SCALARS + 11] = v;
  }
  get gdtrLimit(): number {
    return this.words[SCALARS + 12]!;
  }
  set gdtrLimit(v: number) {
    this.words[SCALARS + 12] = v;
  }
  get idtrBase(): number {
    return this.words[SCALARS + 13]!;
  }
  set idtrBase(v: number) {
    this.words[SCALARS + 13] = v;
  }
  get idtrLimit(): number {
    return this.words[SCALARS + 14]!;
  }
  set idtrLimit(v: number) {
    this.words[SCALARS + 14] = v;
  }
  /** Current privilege level. The processor keeps it apart from CS.RPL, as the manual's pseudo-code does. */
  get cpl(): number {
    return this.words[SCALARS + 15]!;
  }
  set cpl(v: number) {
    this.words[SCALARS + 15] = v;
  }
  /** SHADOW_*: blocks external interrupts (and, after MOV SS, #DB traps) until one instruction has ended. */
  get shadow(): number {
    return this.words[SCALARS + 16]!;
  }
  set shadow(v: number) {
    this.words[SCALARS + 16] = v;
  }
  /** ACTIVE, HALTED or SHUTDOWN. */
  get activity(): number {
    return this.words[SCALARS + 17]!;
  }
  set activity(v: number) {
    this.words[SCALARS + 17] = v;
  }
  /** A debug trap (DR6 bits) that the next instruction boundary delivers; 0 for none. */
  get pendingDebug(): number {
    return this.words[SCALARS + 18]!;
  }
  set pendingDebug(v: number) {
    this.words[SCALARS + 18] = v;
  }
  get dr0(): number {
    return this.words[SCALARS + 20]!;
  }
  set dr0(v: number) {
    this.words[SCALARS + 20] = v;
  }
  get dr1(): number {
    return this.words[SCALARS + 21]!;
  }
  set dr1(v: number) {
    this.words[SCALARS + 21] = v;
  }
  get dr2(): number {
    return this.words[SCALARS + 22]!;
  }
  set dr2(v: number) {
    this.words[SCALARS + 22] = v;
  }
  get dr3(): number {
    return this.words[SCALARS + 23]!;
  }
  set dr3(v: number) {
    this.words[SCALARS + 23] = v;
  }
  get dr6(): number {
    return this.words[SCALARS + 26]!;
  }
  set dr6(v: number) {
    this.words[SCALARS + 26] = v;
  }
  get dr7(): number {
    return this.words[SCALARS + 27]!;
  }
  set dr7(v: number) {
    this.words[SCALARS + 27] = v;
  }
  /** IA32_SYSENTER_CS, ESP and EIP, and the low and high words of what WRMSR added to the time-stamp counter. */
  get sysenterCs(): number {
    return this.words[SCALARS + 28]!;
  }
  set sysenterCs(v: number) {
    this.words[SCALARS + 28] = v;
  }
  get sysenterEsp(): number {
    return this.words[SCALARS + 29]!;
  }
  set sysenterEsp(v: number) {
    this.words[SCALARS + 29] = v;
  }
  get sysenterEip(): number {
    return this.words[SCALARS + 30]!;
  }
  set sysenterEip(v: number) {
    this.words[SCALARS + 30] = v;
  }
  get tscOffsetLow(): number {
    return this.words[SCALARS + 31]!;
  }
  set tscOffsetLow(v: number) {
    this.words[SCALARS + 31] = v;
  }
  get tscOffsetHigh(): number {
    return this.words[SCALARS + 32]!;
  }
  set tscOffsetHigh(v: number) {
    this.words[SCALARS + 32] = v;
  }
  /** VMX_OFF, VMX_ROOT or VMX_NON_ROOT. */
  get vmxMode(): number {
    return this.words[SCALARS + 33]!;
  }
  set vmxMode(v: number) {
    this.words[SCALARS + 33] = v;
  }
  /** Physical address of the VMXON region, given by VMXON; valid in VMX operation. */
  get vmxonPointer(): number {
    return this.words[SCALARS + 34]!;
  }
  set vmxonPointer(v: number) {
    this.words[SCALARS + 34] = v;
  }
  /** Physical address of the current VMCS, or -1 for none; valid in VMX operation. */
  get vmcsPointer(): number {
    return this.words[SCALARS + 35]!;
  }
  set vmcsPointer(v: number) {
    this.words[SCALARS + 35] = v;
  }
  /** IA32_FEATURE_CONTROL, low half. */
  get featureControl(): number {
    return this.words[SCALARS + 36]!;
  }
  set featureControl(v: number) {
    this.words[SCALARS + 36] = v;
  }
  /** Not 0: NMIs are blocked until the next IRET (with virtual NMIs: virtual ones). */
  get nmiBlocking(): number {
    return this.words[SCALARS + 37]!;
  }
  set nmiBlocking(v: number) {
    this.words[SCALARS + 37] = v;
  }
  /** The VMX-preemption timer's end, in cycles of the machine with its sleep, as 64 bits in two words; both -1 while it
   * does not run. */
  get timerLow(): number {
    return this.words[SCALARS + 38]!;
  }
  set timerLow(v: number) {
    this.words[SCALARS + 38] = v;
  }
  get timerHigh(): number {
    return this.words[SCALARS + 39]!;
  }
  set timerHigh(v: number) {
    this.words[SCALARS + 39] = v;
  }
  /** Not 0: a VM exit by the monitor trap flag is pending. */
  get pendingMtf(): number {
    return this.words[SCALARS + 40]!;
  }
  set pendingMtf(v: number) {
    this.words[SCALARS + 40] = v;
  }
  /** In a guest, as taken at the entry: the EPT pointer's low half, or -1 without EPT. */
  get eptPointer(): number {
    return this.words[SCALARS + 41]!;
  }
  set eptPointer(v: number) {
    this.words[SCALARS + 41] = v;
  }
  /** In a guest, as taken at the entry: the controls that are looked at between instructions (cpu/vmx/boundary.ts). */
  get boundaryControls(): number {
    return this.words[SCALARS + 42]!;
  }
  set boundaryControls(v: number) {
    this.words[SCALARS + 42] = v;
  }
}
