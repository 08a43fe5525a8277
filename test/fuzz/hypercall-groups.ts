import { HYPERCALLS } from "../../src/vmm/paravirtual/abi.ts";
import { P, W } from "../vmm/paravirtual/bench.ts";
import type { Group } from "./hypercall-script.ts";
import { type Random, spread } from "./random.ts";

const setMapping: Group = (script, random) => [
  script.call(
    "update_va_mapping",
    script.linear(),
    script.entry(),
    0,
    random.oneIn(9) ? random.next() : random.below(7),
  ),
];

const updates: Group = (script, random) => {
  const count = random.between(1, 4);
  const command = () => random.pick([0, 0, 0, 1, 2, 2, 3]);
  return [
    script.update(...Array.from({ length: count }, () => [script.entryAddress() + command(), script.entry()] as const)),
  ];
};

/** A page is written, made read-only, and used as a table. */
const makeTable: Group = (script, random) => {
  const page = script.hot();
  const writes = Array.from({ length: random.below(4) }, () =>
    script.store(page * 4096 + script.slot() * 4, script.entry()),
  );
  return [
    ...(random.oneIn(2) ? [script.map(page, P | W)] : []),
    ...writes,
    script.map(page, random.oneIn(8) ? P | W : P),
    random.pick([
      () => script.extended([random.below(2), script.mfn(page)]),
      () => script.extended([1, script.mfn(page)]),
      () => script.extended([5, script.mfn(page)]),
      () => {
        const directory = random.pick([script.hot(), script.page()]);
        const address = (script.mfn(directory) << 12) + random.between(1, 12) * 4;
        return script.update([address, (script.mfn(page) << 12) | P | (random.oneIn(2) ? W : 0)]);
      },
    ])(),
  ];
};

/** A directory like the one in use, with which the domain could go on. */
const makeDirectory: Group = (script, random) => {
  const page = script.hot();
  const table = script.around.table;
  const link = random.pick([script.hot(), page, script.around.directory]);
  return [
    script.map(page, P | W),
    script.store(page * 4096, (script.mfn(table) << 12) | P | W | 4),
    script.store(page * 4096 + random.between(1, 12) * 4, (script.mfn(link) << 12) | P | (random.oneIn(4) ? W : 0)),
    script.map(page, P),
    script.extended([random.pick([1, 5, 5]), script.mfn(page)]),
  ];
};

const extended: Group = (script, random) => {
  const one = () => {
    const command = random.pick([0, 0, 1, 1, 4, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, random.below(24)]);
    if (command === 13) return [13, script.linear() & ~0xfff, random.pick([0, 8, 512, 600, 8192, 8193])];
    if (command >= 7 && command <= 11) return [command, script.linear(), script.linear()];
    return [command, script.frame(), script.frame()];
  };
  return [script.extended(...Array.from({ length: random.between(1, 3) }, one))];
};

const store: Group = (script) => [script.store(script.linear() + script.slot() * 4, script.entry())];
/** Into a grant table or shared_info, where one is mapped. */
const storeHot: Group = (script) => [script.store(script.hot() * 4096 + script.slot() * 4, script.entry())];

const reservation: Group = (script, random) => {
  const count = random.between(1, 3);
  const list = script.put(
    Array.from({ length: count }, () => script.frame()),
    8,
  );
  const order = random.oneIn(6) ? random.below(12) : random.pick([0, 0, 0, 1, 2]);
  const amount = random.oneIn(12) ? random.next() : count;
  const operation = random.pick([0, 1, 1, 6, 6, 11, 11, 3, 4, 2, 12, random.below(30)]);
  const words = [list, amount, order, 0, script.domid()];
  if (operation === 11) {
    const out = script.put(Array.from({ length: 4 }, () => script.small()));
    const back = random.pick([order, 0, 1]);
    words.push(
      out,
      (count << order) >> back,
      back,
      0,
      random.oneIn(9) ? script.domid() : words[4]!,
      random.oneIn(9) ? 1 : 0,
    );
  }
  return [script.call("memory_op", operation, script.put(words, 12))];
};

/** Takes a page out and gives its frame back, or exchanges it. */
const giveBack: Group = (script, random) => {
  const page = script.hot();
  const list = script.put([script.mfn(page)]);
  const [out, words] = [script.put([random.below(512)]), [list, 1, 0, 0, 0x7ff0]];
  const argument = script.put(random.oneIn(2) ? words : [...words, out, 1, 0, 0, 0x7ff0, 0], 12);
  return [
    script.call("memory_op", random.pick([1, 11]), argument),
    script.call("update_va_mapping", page * 4096, 0, 0, random.below(3)),
    script.call("memory_op", random.pick([1, 11, 6]), argument),
    script.call("memory_op", random.pick([0, 6]), argument),
  ];
};

const showOwn: Group = (script, random) => [
  script.call(
    "update_va_mapping",
    script.hot() * 4096,
    (random.pick(script.around.shared) << 12) | P | (random.oneIn(4) ? 0 : W),
    0,
    2,
  ),
];

/** Writes an entry of its grant table by way of a page that shows it. */
const grant: Group = (script, random) => {
  const page = script.hot();
  const { shared, other } = script.around;
  const reference = random.below(8);
  const flags = random.pick([1, 1, 1, 5, 0, 2, 9, 17]);
  return [
    script.call("update_va_mapping", page * 4096, (shared[1]! << 12) | P | W, 0, 2),
    script.store(page * 4096 + reference * 8 + 4, script.frame()),
    script.store(page * 4096 + reference * 8, flags | ((random.oneIn(8) ? script.domid() : other.id) << 16)),
  ];
};

const useGrant: Group = (script, random) => {
  const { other, self } = script.around;
  const from = random.oneIn(8) ? script.domid() : random.oneIn(8) ? self.id : other.id;
  const reference = random.oneIn(16) ? random.next() : random.below(8);
  const flags = random.pick([2, 2, 2, 6, 6, 10, 14, 18, 22, random.below(64)]);
  const where = (flags & 16) !== 0 ? script.entryAddress() : script.linear();
  return [script.call("grant_table_op", 0, script.put([where, 0, flags, reference, from, 0, 0, 0]), 1)];
};

const endGrant: Group = (script, random) => [
  script.call(
    "grant_table_op",
    1,
    script.put([random.oneIn(4) ? script.entryAddress() : script.linear(), 0, 0, 0, random.below(4), 0]),
    1,
  ),
];

/** Maps a grant at a page and takes it away again, in one of several ways. */
const grantRound: Group = (script, random) => {
  const { other } = script.around;
  const where = script.hot() * 4096;
  const handle = random.below(3);
  return [
    script.call(
      "grant_table_op",
      0,
      script.put([where, 0, random.pick([2, 6, 10]), random.below(8), other.id, 0, 0, 0]),
      1,
    ),
    script.store(where + script.slot() * 4, script.entry()),
    random.pick([
      () => script.call("grant_table_op", 1, script.put([where, 0, 0, 0, handle, 0]), 1),
      () => script.call("update_va_mapping", where, script.entry(), 0, random.below(3)),
      () => script.map(where >>> 12, P),
    ])(),
  ];
};

/** Maps one grant for reading and for writing, and takes one of the two away by the other's address. */
const grantTwice: Group = (script, random) => {
  const { other } = script.around;
  const [a, b] = [script.hot() * 4096, script.hot() * 4096];
  const reference = random.pick([0, 6, random.below(8)]);
  const map = (where: number, flags: number) =>
    script.call("grant_table_op", 0, script.put([where, 0, flags, reference, other.id, 0, 0, 0]), 1);
  return [
    map(a, random.pick([2, 6])),
    map(b, random.pick([2, 6])),
    script.call("grant_table_op", 1, script.put([random.pick([a, b]), 0, 0, 0, random.below(3), 0]), 1),
  ];
};

const copyGrant: Group = (script, random) => {
  const { other } = script.around;
  const side = (byGrant: boolean) => [
    byGrant ? random.below(8) : script.frame(),
    (random.oneIn(8) ? script.domid() : byGrant ? other.id : 0x7ff0) | (random.below(0x1100) << 16),
  ];
  const flags = random.below(4);
  const length = random.pick([4, 64, 4096, random.below(0x10000)]);
  const words = [...side((flags & 1) !== 0), ...side((flags & 2) !== 0), length | (flags << 16), 0];
  return [script.call("grant_table_op", 5, script.put(words), 1)];
};

const otherGrant: Group = (script, random) => [
  script.call(
    "grant_table_op",
    random.below(13),
    script.put(Array.from({ length: 8 }, () => script.word())),
    random.below(3),
  ),
];

const descriptor = (random: Random): readonly [number, number] =>
  random.pick([
    [0, 0],
    [0x0000ffff, 0x00cf9a00],
    [0x0000ffff, 0x00cbf200],
    [0x0000c3ff, 0x00cfb300],
    [0xe0190000 | random.below(0x10000), 0x0000ec00],
    [0x00080000, 0x0000ec00],
    [random.next(), random.next()],
    [random.next(), random.next() | 0x8000],
  ] as const);

const descriptors: Group = (script, random) => {
  const page = script.hot();
  const [low, high] = descriptor(random);
  const frames = Array.from({ length: 3 }, (_, i) => (i === 0 ? script.mfn(page) : script.frame()));
  return [
    ...(random.oneIn(2)
      ? [script.map(page, P | W), script.store(page * 4096 + 16, low), script.store(page * 4096 + 20, high)]
      : []),
    script.map(page, P),
    script.call("set_gdt", script.put(frames), random.pick([1, 512, 512, 700, 0, 7168, 7169])),
    script.call(
      "update_descriptor",
      (script.mfn(page) << 12) + random.below(512) * 8,
      random.oneIn(16) ? 1 : 0,
      low,
      high,
    ),
  ];
};

/** An LDT whose pages are mapped when they are first used, and taken away below it. */
const localDescriptors: Group = (script, random) => {
  const page = script.hot();
  const [low, high] = descriptor(random);
  return [
    script.map(page, P | W),
    script.store(page * 4096 + 8, low),
    script.store(page * 4096 + 12, high),
    script.map(page, P),
    script.extended([13, page * 4096, random.pick([2, 512, 1024])]),
    script.segment(random.pick([7, 12, 15, 0x1007, random.below(0x10000)])),
    random.pick([() => setMapping(script, random)[0]!, () => script.map(page, P | W), () => script.map(page, P)])(),
  ];
};

const traps: Group = (script, random) => [
  random.pick([
    () =>
      script.call(
        "set_trap_table",
        script.put([random.below(256) | (random.below(8) << 8) | (0xe019 << 16), script.linear(), 0, 0]),
      ),
    () => script.call("set_trap_table", script.put([script.word(), script.word(), script.word(), script.word(), 0, 0])),
    () => script.call("stack_switch", random.pick([0xe021, 0xe033, 0, random.below(0x10000)]), script.linear()),
    () => script.call("set_callbacks", 0xe019, script.linear(), 0xe019, script.linear()),
    () => script.call("callback_op", random.below(3), script.put([script.small(), script.word(), script.word()])),
    () => script.call("fpu_taskswitch", random.below(3)),
    () => script.call("set_debugreg", random.below(9), script.word()),
    () => script.call("vm_assist", random.below(3), random.below(6)),
    () => script.call("physdev_op", random.below(16), script.put([script.small()])),
    () =>
      script.call(
        "xen_version",
        random.below(12),
        script.put(
          Array.from({ length: 4 }, () => script.word()),
          256,
        ),
      ),
    () =>
      script.call("console_io", random.below(3), random.oneIn(20) ? random.next() : random.below(64), script.linear()),
  ])(),
];

const events: Group = (script, random) => [
  random.oneIn(3)
    ? script.call(
        "sched_op",
        random.pick([0, 0, 1, 3, 3, random.below(8)]),
        script.put([script.small(), script.small(), script.small(), 0]),
      )
    : script.call(
        "event_channel_op",
        random.below(14),
        script.put([random.oneIn(2) ? script.domid() : script.small(), script.small(), script.small(), script.small()]),
      ),
  ...(random.oneIn(4)
    ? [script.call("vcpu_op", random.below(12), random.below(2), script.put([script.word(), script.word()]))]
    : []),
  ...(random.oneIn(6) ? [script.call("set_timer_op", random.next(), random.below(2))] : []),
];

/** Anything at all. */
const noise: Group = (script, random) => {
  const words = Array.from({ length: 8 }, () => script.word());
  const number = random.oneIn(8) ? random.next() : random.below(48);
  // Ends of the run come seldom enough by the others.
  if (number === HYPERCALLS.sched_op) return [];
  return [
    script.call(number, ...Array.from({ length: 5 }, () => (random.oneIn(2) ? script.put(words) : script.word()))),
  ];
};

const multicall: Group = (script, random) => {
  const inner = Array.from({ length: random.between(1, 4) }, () => script.some()).flat();
  const calls = inner.filter(({ kind }) => kind === "call").slice(0, 6);
  const words = calls.flatMap(({ registers }) => [registers[0]!, 0, ...registers.slice(1), 0]);
  const list = script.put(words);
  const operation = script.call("multicall", list, random.oneIn(20) ? random.next() : calls.length);
  return [{ ...operation, puts: [...operation.puts, ...inner.flatMap(({ puts }) => puts)] }];
};

/** Everything a hostile kernel may think of, each kind as often as it is listed. */
export const GROUPS = spread<Group>([
  [5, setMapping],
  [6, updates],
  [7, makeTable],
  [3, makeDirectory],
  [5, extended],
  [3, store],
  [2, storeHot],
  [3, reservation],
  [2, giveBack],
  [2, showOwn],
  [4, grant],
  [4, useGrant],
  [2, endGrant],
  [3, grantRound],
  [1, grantTwice],
  [2, copyGrant],
  [1, otherGrant],
  [2, descriptors],
  [2, localDescriptors],
  [2, traps],
  [2, events],
  [2, noise],
  [2, multicall],
]);
