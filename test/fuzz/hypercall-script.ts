import { HYPERCALLS, type HypercallName } from "../../src/vmm/paravirtual/abi.ts";
import { XEN_FRAMES } from "../../src/vmm/paravirtual/layout.ts";
import { FREE, P, PAGES, W } from "../vmm/paravirtual/bench.ts";
import { type Random, spread } from "./random.ts";

/** What a hostile kernel does next: a hypercall with its structures, a store by itself, or a load of a segment register. */
export interface Operation {
  readonly kind: "call" | "store" | "segment";
  /** EAX, EBX, ECX, EDX, ESI, EDI; of a store: 0, address, value; of a segment: 0, selector. */
  readonly registers: readonly number[];
  /** Doublewords that lie in the domain's memory, by address. */
  readonly puts: readonly (readonly [address: number, words: readonly number[]])[];
}

/** What a domain knows, and what it guesses at. */
export interface Surroundings {
  /** First frame, and id, of the domain itself and of the other one. */
  readonly self: { readonly id: number; readonly firstFrame: number };
  readonly other: { readonly id: number; readonly firstFrame: number };
  /** Its page directory and first page table, as pages. */
  readonly directory: number;
  readonly table: number;
  /** Frames that the hypervisor shares with it, and with the other one. */
  readonly shared: readonly number[];
  readonly others: readonly number[];
}

/** Where structures lie: pages that are used for nothing else, as a rule. */
const STRUCTURES = 0x80000;
const STRUCTURES_END = 0x98000;
/** Pages that become tables, grants and targets: few, so that what is done to them meets. */
const HOT = 10;
const DOMIDS = spread([
  [12, 0x7ff0],
  [2, 0],
  [2, 1],
  [2, 2],
  [1, 5],
  [1, 0x7ff1],
  [1, 0xffff],
]);

/** Operations that belong together. */
export type Group = (script: Script, random: Random) => Operation[];

/** Makes hostile operations: most of them nearly right, so that they come far. */
export class Script {
  private readonly random: Random;
  readonly around: Surroundings;
  private next = STRUCTURES;
  private puts: (readonly [number, readonly number[]])[] = [];

  private readonly groups: readonly Group[];

  /** `groups` to pick from, each as often as it is among them. */
  constructor(random: Random, around: Surroundings, groups: readonly Group[]) {
    this.random = random;
    this.around = around;
    this.groups = groups;
  }

  /** `count` operations at least; some come in groups that belong together. */
  make(count: number): Operation[] {
    const made: Operation[] = [];
    while (made.length < count && this.next < STRUCTURES_END) made.push(...this.some());
    return made;
  }

  some(): Operation[] {
    const { random, groups } = this;
    return random.pick(groups)(this, random);
  }

  // Values.

  page(): number {
    const { random, around } = this;
    return random.pick(
      spread([
        [12, FREE + random.below(HOT)],
        [2, around.table],
        [2, around.directory],
        [1, random.below(PAGES)],
        [1, 0x80 + random.below(8)],
      ]),
    );
  }

  hot(): number {
    return FREE + this.random.below(HOT);
  }

  mfn(page: number): number {
    return this.around.self.firstFrame + page;
  }

  frame(): number {
    const { random, around } = this;
    return random.pick(
      spread([
        [30, this.mfn(this.page())],
        [2, around.other.firstFrame + FREE + random.below(HOT)],
        [1, around.other.firstFrame + around.directory],
        [2, random.pick(around.shared)],
        [1, random.pick(around.others)],
        [1, random.below(XEN_FRAMES)],
        [1, random.below(1 << 20)],
        [1, 0xfffff],
      ]),
    );
  }

  entry(): number {
    const { random } = this;
    if (random.oneIn(12)) return random.next();
    let bits = random.pick([0, P, P, P, P | W, P | W, P | W, P | W | 4, P | 4, W]);
    if (random.oneIn(6)) bits |= 0x20;
    if (random.oneIn(6)) bits |= 0x40;
    if (random.oneIn(16)) bits |= random.pick([8, 0x10, 0x80, 0x100, 0x200, 0x800]);
    return ((this.frame() << 12) | bits) >>> 0;
  }

  slot(): number {
    const { random } = this;
    return random.pick(
      spread([
        [8, random.below(8)],
        [6, FREE + random.below(HOT)],
        [2, random.below(1024)],
        [1, 1008 + random.below(16)],
      ]),
    );
  }

  /** A table's entry, by machine address. */
  entryAddress(): number {
    const { random, around } = this;
    const page = random.pick([around.table, around.table, around.directory, this.hot(), this.hot(), this.page()]);
    const frame = random.oneIn(10) ? this.frame() : this.mfn(page);
    return ((frame << 12) | (this.slot() * 4)) >>> 0;
  }

  linear(): number {
    const { random } = this;
    return random.pick(
      spread([
        [20, this.page() * 4096],
        [3, this.slot() * 0x400000 + this.slot() * 4096],
        [1, 0xfc000000 + random.below(0x1000) * 4],
        [2, 0xffc00000 + random.pick([0, 0x20000, 0x21000, 0x22000, 0x200000, 0x300000]) + random.below(0x1000) * 4],
        [1, random.next()],
      ]),
    );
  }

  domid(): number {
    return this.random.oneIn(8) ? this.around.other.id : this.random.pick(DOMIDS);
  }

  small(): number {
    return this.random.oneIn(10) ? this.random.next() : this.random.below(12);
  }

  word(): number {
    const { random } = this;
    return random.pick([random.next(), this.small(), this.entry(), this.linear(), this.frame(), this.small()]);
  }

  /** Lays a structure down for the operation that is being made; answers its address, or now and then a wrong one. */
  put(words: readonly number[], most = words.length): number {
    const { random } = this;
    const at = this.next;
    this.next += Math.ceil((most * 4 + 4) / 16) * 16;
    this.puts.push([at, words]);
    return random.oneIn(60) ? this.linear() : random.oneIn(60) ? at + random.below(4) : at;
  }

  call(name: HypercallName | number, ...args: readonly number[]): Operation {
    const number = typeof name === "number" ? name : HYPERCALLS[name];
    const registers = [number, ...Array.from({ length: 5 }, (_, i) => (args[i] ?? this.small()) | 0)];
    return this.finish("call", registers);
  }

  store(address: number, value: number): Operation {
    return this.finish("store", [0, address | 0, value | 0, 0, 0, 0]);
  }

  segment(selector: number): Operation {
    return this.finish("segment", [0, selector, 0, 0, 0, 0]);
  }

  private finish(kind: Operation["kind"], registers: readonly number[]): Operation {
    const { puts } = this;
    this.puts = [];
    return { kind, registers, puts };
  }

  extended(...operations: readonly (readonly number[])[]): Operation {
    const words = operations.flatMap((operation) => [0, 1, 2].map((i) => operation[i] ?? 0));
    const done = this.random.oneIn(3) ? this.put([0]) : 0;
    return this.call("mmuext_op", this.put(words), operations.length, done, this.domid());
  }

  update(...updates: readonly (readonly [number, number])[]): Operation {
    const words = updates.flatMap(([address, value]) => [address, this.random.oneIn(40) ? 1 : 0, value, 0]);
    const done = this.random.oneIn(3) ? this.put([0]) : 0;
    return this.call("mmu_update", this.put(words), updates.length, done, this.domid());
  }

  map(page: number, bits: number): Operation {
    return this.call("update_va_mapping", page * 4096, (this.mfn(page) << 12) | bits, 0, this.random.below(7));
  }
}
