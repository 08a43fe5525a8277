import type { Behaviour } from "../../isa/behaviour.ts";
import type { Row, Words } from "../../isa/types.ts";
import { placeImage } from "../../machine/loaders/image.ts";
import { Machine } from "../../machine/machine.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { VMM_SIZE } from "../deprivileged/layout.ts";
import { COMPANION_MEMORY, type Computer, type GuestSetup, type Strategy } from "../strategy.ts";
import { buildDomain, type Neighbour, refuseImage } from "./builder.ts";
import { hypercallName } from "./decode-text.ts";
import { Domain } from "./domain.ts";
import { FRAME_SIZE } from "./layout.ts";
import { Xen } from "./monitor.ts";
import { DomainGuest } from "./view.ts";
import { REASONS } from "./words.ts";

const DRIVER = 0;

/** The computer, and its hypervisor. */
export interface XenComputer extends Computer {
  readonly xen: Xen;
}

/** Domains in the order of their memory: the guest, then its companions; domain 0 is built last, for it is told of all. */
export function buildXen(setup: GuestSetup): XenComputer {
  const companions = setup.companions ?? [];
  const total = VMM_SIZE + setup.memoryBytes + companions.length * COMPANION_MEMORY;
  const machine = new Machine({ memoryBytes: total, whatIf: setup.whatIf });
  const xen = new Xen(machine);
  const parts = [
    { id: GUEST_DOMAIN, image: setup.image!, bytes: setup.memoryBytes },
    ...companions.map(({ id, image }) => ({ id, image, bytes: COMPANION_MEMORY })),
  ];
  const served = companions.some(({ id }) => id === DRIVER);
  let base = VMM_SIZE;
  const built = parts.map(({ id, image, bytes }) => {
    const memory = machine.memory.window(base, bytes);
    const domain = new Domain(id, base / FRAME_SIZE, memory, id === DRIVER);
    base += bytes;
    placeImage(image, memory);
    xen.domains.push(domain);
    return { domain, image };
  });
  const raise = (a: { domain: Domain }, b: { domain: Domain }) => b.domain.id - a.domain.id;
  const neighbours: Neighbour[] = [];
  for (const { domain, image } of [...built].sort(raise)) {
    const told = domain.id === DRIVER ? neighbours : [];
    neighbours.push(buildDomain(machine.memory, xen.frames, xen.channels, { domain, image, served, neighbours: told }));
  }
  xen.start(xen.subject);
  const others = built
    .filter(({ domain }) => domain.id !== GUEST_DOMAIN)
    .map(({ domain }) => ({ id: domain.id, name: nameOf(domain.id), guest: new DomainGuest(xen, domain) }));
  return { machine, guest: new DomainGuest(xen, xen.subject), others, xen };
}

function nameOf(id: number): Words {
  return id === DRIVER
    ? { en: "Driver domain (domain 0)", zh: "驱动域（域 0）" }
    : { en: `Domain ${id}`, zh: `域 ${id}` };
}

/** The runs of a rewritten guest are compared by traces: a difference is one of its port. */
function explain(): Words {
  return {
    en: "The guest was rewritten for the hypervisor; the ported program does something else here than the native one.",
    zh: "客户机为虚拟机监控器改写过；此处移植后的程序与原生程序行为不同。",
  };
}

const EMULATED: Words = {
  en: "Traps with #GP(0); Xen emulates the few that a ported kernel may still contain (ports, control and debug registers), CLI and STI as nothing at all.",
  zh: "以 #GP(0) 陷入；Xen 模拟移植内核中可能残留的少数几种（端口、控制寄存器和调试寄存器），CLI 和 STI 则什么也不做。",
};
const REWRITTEN: Words = {
  en: "Does not trap: a ported kernel must not contain it, and has a hypercall or a field of shared_info in its place.",
  zh: "不陷入：移植后的内核不得包含它，而以超级调用或 shared_info 的字段代替。",
};

function treats(row: Row, at: Behaviour): Words | null {
  if (at.verdict === "runs") return null;
  return row.silent !== null ? REWRITTEN : EMULATED;
}

/** Xen's way: a guest that knows of its hypervisor, and calls it. */
export const paravirtual: Strategy = {
  id: "paravirtual",
  name: { en: "Paravirtualization (Xen)", zh: "半虚拟化（Xen）" },
  summary: {
    en: "The guest's kernel is ported: it runs in ring 1, knows it, and asks the hypervisor by hypercalls for what it may not do itself.",
    zh: "客户机内核经过移植：它运行在环 1 并且知道这一点，自己不能做的事用超级调用请虚拟机监控器来做。",
  },
  seats: [
    { who: "vmm", ring: 0, virtualRing: null, label: { en: "Xen", zh: "Xen" } },
    { who: "guest-kernel", ring: 1, virtualRing: 1, label: { en: "Guest kernel", zh: "客户机内核" } },
    { who: "guest-user", ring: 3, virtualRing: 3, label: { en: "Guest user", zh: "客户机用户" } },
    { who: "driver-kernel", ring: 1, virtualRing: 1, label: { en: "Driver domain", zh: "驱动域" } },
    { who: "driver-user", ring: 3, virtualRing: 3, label: { en: "Driver domain's user", zh: "驱动域用户" } },
  ],
  defines: ["XEN"],
  compares: "traces",
  companions: true,
  hypercalls: true,
  accepts: refuseImage,
  build: buildXen,
  subject: ({ kind, errorCode }) => (kind === "hypercall" ? hypercallName(errorCode) : null),
  reasons: REASONS,
  explain,
  treats,
};
