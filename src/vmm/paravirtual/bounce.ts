import { FLAG_AC, FLAG_IF, FLAG_IOPL, FLAG_NT, FLAG_RF, FLAG_TF, FLAG_VM } from "../../cpu/registers.ts";
import { CS, DS, ES, ESP, FS, GS, SS } from "../../cpu/state.ts";
import type { Memory } from "../../machine/memory.ts";
import { ASSIST_ARCHITECTURAL_IOPL, TRAP_DPL, TRAP_MASKS_EVENTS } from "./abi.ts";
import { KERNEL_RING } from "./descriptors.ts";
import type { Domain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import { BAD_POINTER, type GuestMemory } from "./guest-memory.ts";
import { fillSegment } from "./segments.ts";

const IOPL_SHIFT = 12;

/** Where a domain wants to be entered. */
export interface Entry {
  readonly cs: number;
  readonly eip: number;
  /** Whether upcalls are masked on entry. */
  readonly masks: boolean;
}

/** The domain's handler of a vector as it has registered it; null for none. */
export function trapEntry(memory: Memory, domain: Domain, vector: number): (Entry & { readonly dpl: number }) | null {
  const at = domain.trapTable + vector * 8;
  const word = memory.read32(at);
  const eip = memory.read32(at + 4);
  if (eip === 0) return null;
  const flags = (word >>> 16) & 0xff;
  return { cs: word & 0xffff, eip, masks: (flags & TRAP_MASKS_EVENTS) !== 0, dpl: flags & TRAP_DPL };
}

/** EFLAGS as the guest may see them: IF is the opposite of the upcall mask, IOPL its own under the assist. */
export function guestFlags(eflags: number, masked: boolean, { fields }: Domain): number {
  const shown = (eflags & ~(FLAG_IF | FLAG_IOPL)) | (masked ? 0 : FLAG_IF);
  const architectural = (fields.assists & (1 << ASSIST_ARCHITECTURAL_IOPL)) !== 0;
  return architectural ? shown | (fields.iopl << IOPL_SHIFT) : shown;
}

/**
 * Builds on the guest kernel's stack the frame that a real delivery would have left there, and sends the domain to a
 * handler of its own (create_bounce_frame of 32-bit Xen): SS and ESP if it comes from user code, EFLAGS, CS with the
 * upcall mask as it was in bits 23:16, EIP, the error code if there is one (-1 for none); with `segments` also DS, ES,
 * FS and GS, as the failsafe callback gets them. Upcalls are masked if the entry says so. False, and nothing changed but
 * bytes below the stack, where the stack cannot be written.
 */
export function bounce(
  memory: Memory,
  guest: GuestMemory,
  channels: EventChannels,
  domain: Domain,
  entry: Entry,
  errorCode: number,
  segments = false,
): boolean {
  const { context, fields } = domain;
  const { selector, gpr } = context;
  const fromUser = (selector[CS]! & 3) !== KERNEL_RING;
  const masked = channels.upcallMasked(domain);
  const oldSs = selector[SS]!;
  const oldEsp = gpr[ESP]!;
  const words: number[] = fromUser ? [oldSs, oldEsp] : [];
  words.push(guestFlags(context.rawFlags, masked, domain), selector[CS]! | (masked ? 1 << 16 : 0), context.eip);
  if (errorCode >= 0) words.push(errorCode);
  if (segments) words.push(selector[GS]!, selector[FS]!, selector[ES]!, selector[DS]!);

  if (fromUser) fillSegment(context, SS, fields.kernelSs, memory, domain);
  let esp = fromUser ? fields.kernelSp : oldEsp;
  try {
    for (const word of words) {
      esp = (esp - 4) | 0;
      guest.write32((context.base[SS]! + esp) >>> 0, word);
    }
  } catch (error) {
    if (error !== BAD_POINTER) throw error;
    fillSegment(context, SS, oldSs, memory, domain);
    return false;
  }
  gpr[ESP] = esp;
  context.eip = entry.eip;
  fillSegment(context, CS, entry.cs, memory, domain);
  context.cpl = entry.cs & 3;
  context.rawFlags &= ~(FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM | FLAG_AC);
  if (entry.masks) channels.maskUpcalls(domain, true);
  return true;
}

/**
 * iret (hypercall 23): what a guest's kernel has on its stack in place of an interrupt's frame, EAX first: EAX, EIP, CS,
 * EFLAGS, and ESP and SS for user code. The upcall mask becomes the opposite of the IF there. Answers why not, or null;
 * may throw BAD_POINTER.
 */
export function iret(
  memory: Memory,
  guest: GuestMemory,
  channels: EventChannels,
  domain: Domain,
): "iret-to-ring-0" | null {
  const { context, fields } = domain;
  const { gpr } = context;
  const stack = context.base[SS]! + gpr[ESP]!;
  const read = (index: number) => guest.read32((stack + index * 4) >>> 0);
  const [eax, eip, cs, eflags] = [read(0), read(1), read(2) & 0xffff, read(3)];
  if ((cs & 3) === 0) return "iret-to-ring-0";
  const toUser = (cs & 3) !== KERNEL_RING;
  const esp = toUser ? read(4) : (gpr[ESP]! + 16) | 0;
  const ss = toUser ? read(5) & 0xffff : context.selector[SS]!;
  const kept = FLAG_IF | FLAG_IOPL | FLAG_VM;
  context.rawFlags = (eflags & ~kept) | FLAG_IF | 2;
  if ((fields.assists & (1 << ASSIST_ARCHITECTURAL_IOPL)) !== 0) fields.iopl = (eflags >>> IOPL_SHIFT) & 3;
  gpr[0] = eax;
  gpr[ESP] = esp;
  context.eip = eip;
  context.cpl = cs & 3;
  fillSegment(context, CS, cs, memory, domain);
  if (toUser) fillSegment(context, SS, ss, memory, domain);
  channels.maskUpcalls(domain, (eflags & FLAG_IF) === 0);
  return null;
}
