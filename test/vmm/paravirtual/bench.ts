import type { Image } from "../../../src/machine/loaders/image.ts";
import { placeImage } from "../../../src/machine/loaders/image.ts";
import { Machine } from "../../../src/machine/machine.ts";
import { HYPERCALLS, type HypercallName } from "../../../src/vmm/paravirtual/abi.ts";
import { buildDomain } from "../../../src/vmm/paravirtual/builder.ts";
import { hypercall } from "../../../src/vmm/paravirtual/calls/index.ts";
import { Domain } from "../../../src/vmm/paravirtual/domain.ts";
import { checkInvariants } from "../../../src/vmm/paravirtual/invariants.ts";
import { FRAME_SIZE } from "../../../src/vmm/paravirtual/layout.ts";
import { Xen } from "../../../src/vmm/paravirtual/monitor.ts";
import type { Refusal } from "../../../src/vmm/paravirtual/refusals.ts";

const VMM_BYTES = 4 << 20;
/** Pages of each domain of a bench: one page table maps all of them. */
export const PAGES = 256;
/** Where a bench writes what hypercalls point to, and pages that nothing uses, up to `FREE_END`. */
export const BUFFER = 0x10000;
export const FREE = 0x20;
export const FREE_END = 0xe0;
/** Page-table entry bits. */
export const P = 1;
export const W = 2;
export const U = 4;
export const A = 0x20;
export const D = 0x40;

/** A guest of one instruction, with the note that makes it one. */
export function stubImage(): Image {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  [4, 8, 6, 0x006e6558, 0x74736574, 0].forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  bytes.set([0xeb, 0xfe], 32);
  return { segments: [{ address: 0x1000, bytes, zeroFill: 0 }], entry: 0x1020 };
}

/** The hypervisor with some small domains, whose hypercalls are made without running them. */
export class Bench {
  readonly machine: Machine;
  readonly xen: Xen;
  /** Why the last hypercall was refused. */
  refused: Refusal | null = null;
  refusedNumbers: readonly [number, number] = [0, 0];

  /** Domains by id, 0 is privileged; `image` by id, where one is to be run. */
  constructor(ids: readonly number[] = [1], image: (id: number) => Image = stubImage) {
    this.machine = new Machine({ memoryBytes: VMM_BYTES + ids.length * PAGES * FRAME_SIZE, whatIf: [] });
    this.xen = new Xen(this.machine);
    const { xen, machine } = this;
    for (const [i, id] of ids.entries()) {
      const base = VMM_BYTES + i * PAGES * FRAME_SIZE;
      const memory = machine.memory.window(base, PAGES * FRAME_SIZE);
      const domain = new Domain(id, base / FRAME_SIZE, memory, id === 0);
      placeImage(image(id), memory);
      xen.domains.push(domain);
      buildDomain(machine.memory, xen.frames, xen.channels, {
        domain,
        image: image(id),
        served: false,
        neighbours: [],
      });
    }
    xen.start(xen.domains[0]!);
    const refuse = xen.refuse.bind(xen);
    xen.refuse = (errno, reason, a = 0, b = 0) => {
      this.refused = reason;
      this.refusedNumbers = [a, b];
      return refuse(errno, reason, a, b);
    };
  }

  get domain(): Domain {
    return this.xen.current;
  }

  /** Makes another domain the one that calls. */
  as(id: number): this {
    const domain = this.xen.domains.find((other) => other.id === id)!;
    (this.xen as unknown as { switchTo(domain: Domain): void }).switchTo(domain);
    return this;
  }

  call(name: HypercallName, ...args: readonly number[]): number {
    this.refused = null;
    return hypercall(
      this.xen,
      HYPERCALLS[name],
      Int32Array.from({ length: 5 }, (_, i) => args[i] ?? 0),
    );
  }

  /** Machine frame of a page of the calling domain as it was built. */
  mfn(page: number): number {
    return this.domain.firstFrame + page;
  }

  /** Writes doublewords into the calling domain's memory; answers their address. */
  put(words: readonly number[], at = BUFFER): number {
    words.forEach((word, i) => {
      this.domain.memory.write32(at + i * 4, word | 0);
    });
    return at;
  }

  get(at: number): number {
    return this.domain.memory.read32(at);
  }

  /** The page directory and the page table that the builder made: pages. */
  get directory(): number {
    return this.domain.context.cr3 >>> 12;
  }
  get directoryPage(): number {
    return this.directory - this.domain.firstFrame;
  }
  get tablePage(): number {
    return this.directoryPage + 1;
  }

  mmuUpdate(...updates: readonly (readonly [address: number, value: number])[]): number {
    const list = this.put(updates.flatMap(([address, value]) => [address, 0, value, 0]));
    return this.call("mmu_update", list, updates.length, 0, 0x7ff0);
  }

  extended(...operations: readonly (readonly [command: number, first?: number, second?: number])[]): number {
    const list = this.put(operations.flatMap(([command, first = 0, second = 0]) => [command, first, second]));
    return this.call("mmuext_op", list, operations.length, 0, 0x7ff0);
  }

  /** Maps a page of the domain at its own address with such rights. */
  map(page: number, bits: number): number {
    return this.call("update_va_mapping", page * FRAME_SIZE, (this.mfn(page) * FRAME_SIZE) | bits, 0, 2);
  }

  /** Machine address of the entry that maps a page in the first page table. */
  entryOf(page: number): number {
    return (this.domain.firstFrame + this.tablePage) * FRAME_SIZE + page * 4;
  }

  type(page: number): { readonly type: number; readonly typeCount: number; readonly references: number } {
    const { type, typeCount, references } = this.xen.frames.describe(this.mfn(page));
    return { type, typeCount, references };
  }

  /** Makes an empty page, no longer writable: what may become a page table. */
  blank(page: number, words: readonly number[] = []): void {
    this.domain.memory.bytes.fill(0, page * FRAME_SIZE, (page + 1) * FRAME_SIZE);
    this.put(words, page * FRAME_SIZE);
    this.map(page, P);
  }

  problems(): string[] {
    return checkInvariants(this.xen);
  }
}
