import { VMM_BASE } from "../deprivileged/layout.ts";

/**
 * What binary translation has in the VMM's memory beside what `deprivileged/layout.ts` names. Offsets are physical
 * addresses; linear ones are VMM_BASE + offset.
 */

/** What translated code may reach, through GS alone: the virtual CPU's fields, and after a page the table of targets. */
export const VCPU = 0x50000;
/** Targets of indirect jumps by the low byte of the guest's EIP: pairs of the whole EIP and the place in the cache. */
export const TARGETS = 0x51000;
export const TARGET_COUNT = 256;
/** What LAR, LSL, VERR and VERW say of selectors: a table for each, see selector-answers.ts. */
export const ANSWERS = 0x52000;
export const ANSWER_SLOTS = 256;
export const ANSWER_SIZE = 16;
export const ANSWER_TABLES = 6;
/** Limit of the segment in GS. */
export const VCPU_LIMIT = ANSWERS - VCPU + ANSWER_TABLES * ANSWER_SLOTS * ANSWER_SIZE - 1;

/** The translation cache: units from its start upwards, stubs of what is not yet translated from its end downwards. */
export const CACHE = 0x60000;
export const CACHE_SIZE = 0x40000;
/** A byte for each byte of the cache (MAP_*). */
export const MAP = CACHE + CACHE_SIZE;
/** Records of units. */
export const UNITS = MAP + CACHE_SIZE;
export const UNIT_SIZE = 256;
export const UNIT_COUNT = 2048;
/** Frames for shadow page tables. */
export const BT_POOL = UNITS + UNIT_COUNT * UNIT_SIZE;

/** Linear address of the cache: the base of the code segment in which translated code runs. */
export const CACHE_BASE = (VMM_BASE + CACHE) | 0;

/** The selectors of translated code and of what GS is while it runs, among the VMM's own. */
export const CACHE_CODE = 0xffa8;
export const VCPU_DATA = 0xffa0;

/** INT of translated code into the VMM: a callout. */
export const CALLOUT_VECTOR = 0xf1;

/** Fields of the virtual CPU's page, as offsets in GS. Each is a doubleword. */
export const FIELDS = {
  /** The virtual IF: 0 or FLAG_IF. */
  interruptFlag: 0x00,
  /** The virtual IOPL, in place. */
  iopl: 0x04,
  /** 1 while a virtual device asks for an interrupt that the virtual IF holds back. */
  pending: 0x08,
  /** The virtual IF before the last STI: 0 means that STI has cast its shadow. */
  interruptFlagBefore: 0x0c,
  /** 0 while the interrupt controllers are in poll mode, in which reading a mask acknowledges. */
  masksReadable: 0x10,
  masterMask: 0x14,
  slaveMask: 0x18,
  port92: 0x1c,
  /** CR0, CR2, CR3, CR4 at 0x20 + 4 * number. */
  control: 0x20,
  /** Selectors ES, CS, SS, DS, FS, GS, LDTR, TR. */
  selectors: 0x40,
  /** Where an indirect jump goes: the guest's EIP, and the place in the cache. */
  target: 0x60,
  place: 0x64,
  spilledEax: 0x68,
  spilledEcx: 0x6c,
  /** What LAR or LSL answers, and a selector of which VERR says by ZF whether they answer at all. */
  answer: 0x70,
  verdict: 0x74,
} as const;

/** See TICK_ENDS and TICK_BEGINS of cpu/tick-map.ts for the lowest two. */
export const MAP_ENDS = 1;
export const MAP_BEGINS = 2;
/** The guest's instruction has ended: it goes on at the unit's first or second successor. */
export const MAP_FIRST = 4;
export const MAP_SECOND = 8;
/** Together: a guest's STI ends right before. */
export const MAP_AFTER_STI = MAP_FIRST | MAP_SECOND;
/** Within a sequence: the guest's EAX or ECX is in its field, 4 bytes have been popped or pushed. */
export const MAP_EAX = 0x10;
export const MAP_ECX = 0x20;
export const MAP_POPPED = 0x40;
export const MAP_PUSHED = 0x80;
