import type { Memory } from "../../machine/memory.ts";
import type { ShadowPaging } from "../shadow-paging.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import type { CodeContext } from "./translator.ts";

const PAGE = 4096;

/** What `GuestCode.byte` throws where the guest's code cannot be fetched. */
export const NO_CODE = { noCode: true } as const;

/** The guest's code as its segment and page tables have it now; reading marks its pages as accessed, as a fetch does. */
export class GuestCode {
  private readonly parts: { readonly memory: Memory; readonly paging: ShadowPaging; readonly vcpu: VirtualCpu };
  private readonly context: CodeContext;
  /** Guest-physical page by linear page, in the order in which they were met. */
  private readonly places = new Map<number, number>();

  constructor(parts: GuestCode["parts"], context: CodeContext) {
    this.parts = parts;
    this.context = context;
  }

  /** The byte at an EIP. */
  byte(eip: number): number {
    const { base, limit } = this.context;
    if (eip >>> 0 > limit) throw NO_CODE;
    const linear = (base + eip) >>> 0;
    const page = this.places.get(linear >>> 12) ?? this.find(linear);
    return this.parts.memory.read8(page * PAGE + (linear % PAGE));
  }

  private find(linear: number): number {
    const { paging, vcpu } = this.parts;
    const user = this.context.cpl === 3;
    if (paging.fault(linear, false, user) !== "hidden") throw NO_CODE;
    const walk = vcpu.translate(linear, "execute", user, false);
    if (!walk.ok) throw NO_CODE;
    const page = walk.physical >>> 12;
    this.places.set(linear >>> 12, page);
    return page;
  }

  /** Guest-physical pages that have been read: the first, and the second or -1. */
  get pages(): readonly [number, number] {
    const [first, second] = this.places.values();
    return [first!, second ?? -1];
  }
}
