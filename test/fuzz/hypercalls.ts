import { assemble } from "../../src/asm/assemble.ts";
import { FAULT } from "../../src/cpu/fault.ts";
import { TLB_SUPERVISOR_WRITE, TLB_USER_WRITE } from "../../src/cpu/tlb.ts";
import type { Image } from "../../src/machine/loaders/image.ts";
import type { MachineState } from "../../src/machine/machine.ts";
import { LDT, VMM_BASE } from "../../src/vmm/deprivileged/layout.ts";
import { SHUTDOWN_CRASH } from "../../src/vmm/paravirtual/abi.ts";
import { hypercall } from "../../src/vmm/paravirtual/calls/index.ts";
import type { Domain } from "../../src/vmm/paravirtual/domain.ts";
import { NO_TYPE, WRITABLE } from "../../src/vmm/paravirtual/frame-types.ts";
import { checkInvariants } from "../../src/vmm/paravirtual/invariants.ts";
import { FRAME_SIZE, GUEST_END, HOLE } from "../../src/vmm/paravirtual/layout.ts";
import { loadPageOfLdt } from "../../src/vmm/paravirtual/ldt.ts";
import type { Xen } from "../../src/vmm/paravirtual/monitor.ts";
import { Bench, FREE, stubImage } from "../vmm/paravirtual/bench.ts";
import { GROUPS } from "./hypercall-groups.ts";
import { type Operation, Script, type Surroundings } from "./hypercall-script.ts";
import { MemoryGuard } from "./hypervisor-memory.ts";
import { Random } from "./random.ts";

/** What a sequence came to: hypercalls made, refused among them, and domains that ended. */
export interface Outcome {
  readonly calls: number;
  readonly refused: number;
  readonly ended: number;
}

/** Page-table entries that one hypercall may judge and give up at most: a multicall's limit, that of its last, and a bit. */
const MOST_WORK = 3 * (1 << 21);
const SEQUENCE = 30;

/** A computer whose state can be put back. */
class Ring {
  readonly bench: Bench;
  readonly xen: Xen;
  readonly guard: MemoryGuard;
  private readonly original: Uint8Array;
  private readonly state: MachineState;
  private readonly dirty = new Set<number>();
  refusals = 0;

  constructor(ids: readonly number[], image?: (id: number) => Image) {
    this.bench = new Bench(ids, image);
    this.xen = this.bench.xen;
    for (const domain of this.xen.domains) seedGrants(this.xen, domain);
    this.xen.memory.takeDirty();
    this.original = this.xen.memory.bytes.slice();
    this.guard = new MemoryGuard(this.xen);
    this.state = this.bench.machine.save();
    const { refuse } = this.xen;
    this.xen.refuse = (...refusal) => {
      this.refusals++;
      return refuse.apply(this.xen, refusal);
    };
  }

  reset(): void {
    this.look([]);
    this.guard.restore(this.xen.memory, this.original, this.dirty);
    this.dirty.clear();
    this.bench.machine.load(this.state);
    this.refusals = 0;
  }

  look(actors: readonly Domain[], running = false): string | null {
    const { problem, dirty } = this.guard.look(actors, running);
    this.remember(dirty);
    return problem;
  }

  remember(pages: readonly number[]): void {
    for (const page of pages) this.dirty.add(page);
  }

  around(self: Domain, other: Domain): Surroundings {
    const directory = (self.context.cr3 >>> 12) - self.firstFrame;
    const shared = (domain: Domain) => [domain.sharedInfo >>> 12, domain.grantTable >>> 12];
    return { self, other, directory, table: directory + 1, shared: shared(self), others: shared(other) };
  }

  lay(domain: Domain, operations: readonly Operation[]): void {
    for (const { puts } of operations)
      for (const [at, words] of puts)
        words.forEach((word, i) => {
          if ((at + i * 4) / FRAME_SIZE < domain.frames) domain.memory.write32(at + i * 4, word | 0);
        });
  }
}

/** Grants of a domain to the others: good ones, for reading, of tables, and of what is not its own. */
function seedGrants(xen: Xen, domain: Domain): void {
  const [other] = xen.domains.filter((candidate) => candidate !== domain);
  const page = (n: number) => domain.firstFrame + n;
  const base = domain.context.cr3 >>> 12;
  const entries = [
    [1, page(FREE)],
    [5, page(FREE + 1)],
    [1, base],
    [5, base + 1],
    [1, other!.firstFrame + FREE],
    [1, 0x28],
    [1, page(FREE + 2)],
  ] as const;
  entries.forEach(([flags, frame], reference) => {
    xen.grants.setEntry(domain, reference, { flags, domain: other!.id, frame });
  });
}

/** No translation that is still in the TLB lets anybody write what is in use as a table, or is the hypervisor's. */
function staleTranslation(xen: Xen): string | null {
  const { words } = xen.machine.cpu.tlb;
  for (let i = 0; i < words.length; i += 2) {
    if ((words[i]! & (TLB_SUPERVISOR_WRITE | TLB_USER_WRITE)) === 0 || words[i]! >>> 0 >= HOLE) continue;
    const frame = words[i + 1]! >>> 12;
    const type = xen.frames.typeInUse(frame);
    const owned = xen.domains.some((domain) => xen.frames.isOwnedBy(frame, domain));
    if ((type !== NO_TYPE && type !== WRITABLE) || !owned)
      return `the TLB lets ${(words[i]! >>> 0).toString(16)} be written, frame ${frame.toString(16)} of type ${type}`;
  }
  return null;
}

let equals: Ring | null = null;
let unequals: Ring | null = null;

/**
 * Two domains make hypercalls in turn, each of them hostile; everything is looked at after each one. Every fourth time
 * one of them is privileged: it may have what is the other's, though not what is the hypervisor's.
 */
export function runDirect(seed: number): Outcome {
  equals ??= new Ring([1, 2]);
  unequals ??= new Ring([1, 0]);
  const ring = seed % 4 === 0 ? unequals : equals;
  ring.reset();
  const random = new Random(seed);
  const { xen, bench } = ring;
  const [first, second] = xen.domains as [Domain, Domain];
  const scripts = [
    { domain: first, operations: new Script(random, ring.around(first, second), GROUPS).make(SEQUENCE) },
    { domain: second, operations: new Script(random, ring.around(second, first), GROUPS).make(SEQUENCE) },
  ];
  for (const { domain, operations } of scripts) ring.lay(domain, operations);
  ring.look([first, second]);
  const { cpu } = bench.machine;
  cpu.state.cpl = 1;
  cpu.refresh();
  let calls = 0;
  let turn = 0;
  while (scripts.some(({ operations }) => operations.length > 0)) {
    const { domain, operations } = scripts[turn]!;
    turn ^= 1;
    bench.as(domain.id);
    const actors = domain.privileged ? xen.domains : [domain];
    ring.look(actors);
    for (const operation of operations.splice(0, random.between(1, 6))) {
      if (domain.fields.state === "dead") break;
      domain.fields.state = "running";
      const { work } = xen.frames;
      if (operation.kind === "call") {
        calls++;
        const [number, ...args] = operation.registers;
        hypercall(xen, number!, Int32Array.from(args));
      } else if (operation.kind === "store") store(xen, operation.registers[1]!, operation.registers[2]!);
      else loadPageOfLdt(xen, (VMM_BASE + LDT + (operation.registers[1]! & ~7)) >>> 0);
      const doing = `domain ${domain.id}, ${describeOperation(operation)}`;
      const problem = ring.look(actors) ?? staleTranslation(xen);
      if (problem) throw new Error(`${doing}\n${problem}`);
      if (xen.frames.work - work > MOST_WORK) throw new Error(`${doing}\n${xen.frames.work - work} entries at once`);
    }
  }
  complain(checkInvariants(xen));
  return { calls, refused: ring.refusals, ended: xen.domains.filter(({ fields }) => fields.state === "dead").length };
}

/** What the guest's kernel writes by itself, through the TLB and page tables as they are. */
function store(xen: Xen, linear: number, value: number): void {
  const at = (linear & ~3) >>> 0;
  if (at >= GUEST_END) return;
  try {
    xen.memory.write32(xen.machine.cpu.toWrite(at | 0, 4) >>> 0, value);
  } catch (error) {
    if (error !== FAULT) throw error;
  }
}

const RECORDS = 0x60000;
const MOST_RECORDS = 300;
const KINDS = ["call", "store", "segment"] as const;
/** A hostile kernel: does what the records say, and goes on with the next one whatever happens. */
const KERNEL = `
bits 32
org 0x1000
        dd 4, 8, 6
        db "Xen", 0
        dd 0x74736574, 0
start:  mov [stack], esp
        xor eax, eax
        mov ebx, traps
        int 0x82
        mov eax, 4
        mov ebx, 0xe019
        mov ecx, failed
        mov edx, 0xe019
        mov esi, failed
        int 0x82
        mov eax, 21
        xor ebx, ebx
        mov ecx, 2
        int 0x82
        mov ebp, ${RECORDS - 32}
next:   add ebp, 32
        mov eax, [ebp + 4]
        mov ebx, [ebp + 8]
        mov ecx, [ebp + 12]
        mov edx, [ebp + 16]
        mov esi, [ebp + 20]
        mov edi, [ebp + 24]
        cmp dword [ebp], 1
        je .store
        cmp dword [ebp], 2
        je .load
        ja .end
        int 0x82
        jmp next
.store: mov [ebx], ecx
        jmp next
.load:  mov fs, ebx
        jmp next
.end:   mov eax, 29
        mov ebx, 2
        mov ecx, zero
        int 0x82
        jmp $
failed: mov esp, [stack]
        jmp next
align 4
stack:  dd 0
zero:   dd 0
traps:
${[0, 1, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17].map((vector) => `        dd ${vector} | (0xe019 << 16), failed`).join("\n")}
        dd 0, 0
`;

function kernelImage(): Image {
  const assembly = assemble(KERNEL, { name: "kernel.asm" });
  if (!assembly.ok) throw new Error(JSON.stringify(assembly.diagnostics));
  return { segments: [{ address: assembly.origin, bytes: assembly.bytes, zeroFill: 0 }], entry: 0x1018 };
}

let guests: Ring | null = null;
const MOST_STEPS = 30_000;

/** A hostile kernel runs beside another domain that does nothing, and makes its hypercalls by INT 82h. */
export function runGuest(seed: number): Outcome {
  guests ??= new Ring([1, 2], (id) => (id === 1 ? kernelImage() : stubImage()));
  const ring = guests;
  ring.reset();
  const random = new Random(seed);
  const { xen, bench } = ring;
  const [hostile, victim] = xen.domains as [Domain, Domain];
  const operations = new Script(random, ring.around(hostile, victim), GROUPS).make(SEQUENCE).slice(0, MOST_RECORDS);
  ring.lay(hostile, operations);
  const records = operations.flatMap(({ kind, registers }) => [KINDS.indexOf(kind), ...registers, 0]);
  [...records, KINDS.length].forEach((word, i) => {
    hostile.memory.write32(RECORDS + i * 4, word | 0);
  });
  ring.look([hostile, victim]);
  const granted = new Set([victim.firstFrame + FREE, victim.firstFrame + FREE + 2]);
  bench.machine.run(MOST_STEPS);
  const found = ring.guard.look([hostile], true, (_xen, _owner, frame) => granted.has(frame));
  ring.remember(found.dirty);
  const problem = found.problem ?? staleTranslation(xen);
  if (problem) throw new Error(problem);
  complain(checkInvariants(xen));
  return {
    calls: hostile.fields.hypercalls,
    refused: ring.refusals,
    ended: hostile.fields.shutdownReason === SHUTDOWN_CRASH ? 1 : 0,
  };
}

function complain(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.slice(0, 5).join("\n"));
}

export function describeOperation({ kind, registers, puts }: Operation): string {
  const hex = (numbers: readonly number[]) => numbers.map((number) => (number >>> 0).toString(16)).join(" ");
  return `${kind} ${hex(registers)} ${puts.map(([at, words]) => `[${at.toString(16)}: ${hex(words)}]`).join(" ")}`;
}
