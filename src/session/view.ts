import { CpuState, VMX_NON_ROOT } from "../cpu/state.ts";
import { TEXT_MEMORY, textRows } from "../devices/vga-text.ts";
import type { GuestView } from "../machine/tenant.ts";
import type { Computer, Strategy } from "../vmm/strategy.ts";
import { type Domain, isInner, isOthers, runningDomain, sourcesOf } from "./domains.ts";
import { Probe } from "./position.ts";
import type { PreparedProgram } from "./program.ts";
import { changesBetween, registerFile } from "./registers.ts";
import type { EventView, Occupant, RegisterFile, StrategyId, View } from "./types.ts";

const SCREEN_BYTES = 0x8000;

/** Registers as they are and as the guest means them. */
export interface RegisterFiles {
  readonly physical: RegisterFile;
  readonly guest: RegisterFile;
}

/** What a view is made of beside the computer itself. */
export interface ViewContext {
  readonly computer: Computer;
  /** The guest that is looked at, where there are several; else the computer's. */
  readonly guest?: GuestView;
  readonly strategy: Strategy;
  readonly whatIf: readonly string[];
  readonly options: readonly string[];
  readonly program: PreparedProgram;
  readonly lastStep: number;
  readonly lastTick: number;
  readonly eventCount: number;
  readonly transition: readonly EventView[];
  /** Registers one step ago; null if that is not to be shown. */
  readonly before: RegisterFiles | null;
}

/** @param guest the one that is looked at, where there are several */
export function registerFiles({ machine }: Pick<Computer, "machine">, guest: GuestView): RegisterFiles {
  const state = new CpuState();
  guest.readState(state);
  return { physical: registerFile(machine.cpu.state), guest: registerFile(state) };
}

/** Everything a person looks at, read from the computer at its present step. */
export function makeView(context: ViewContext): View {
  const { computer, strategy, before } = context;
  const { machine, guest } = computer;
  const domain = runningDomain(computer);
  const files = registerFiles(computer, context.guest ?? guest);
  const current = currentOccupant(domain, computer, strategy);
  const { platform } = guest;
  return {
    step: machine.steps,
    tick: machine.ticks,
    cycles: machine.cycles,
    time: machine.time,
    lastStep: context.lastStep,
    lastTick: context.lastTick,
    outcome: machine.outcome,
    exitCode: platform.exitCode >= 0 ? platform.exitCode : null,
    strategy: strategy.id as StrategyId,
    whatIf: context.whatIf,
    options: context.options,
    occupants: occupants(computer, strategy, current),
    current,
    domain: computer.others?.length ? (domain?.id ?? null) : null,
    ...files,
    changes: {
      physical: before ? changesBetween(before.physical, files.physical) : [],
      guest: before ? changesBetween(before.guest, files.guest) : [],
    },
    next: nextInstruction(computer, domain, context.program),
    transition: context.transition,
    console: consoleOf(computer),
    eventCount: context.eventCount,
  };
}

/** What the guest has put out so far. */
export function consoleOf({ guest }: Computer): View["console"] {
  const { platform, memory } = guest;
  const bytes = memory.bytes.subarray(TEXT_MEMORY, TEXT_MEMORY + SCREEN_BYTES);
  return {
    debug: platform.debug.text(),
    serial: platform.serial.text(),
    screen: bytes.length === SCREEN_BYTES ? textRows(bytes, platform.vga.startAddress) : [],
  };
}

function nextInstruction(computer: Computer, domain: Domain | null, program: PreparedProgram): View["next"] {
  const probe = new Probe(computer, domain?.guest);
  probe.readGuest();
  const instruction = domain === null ? { ...probe.physicalInstruction(), physical: null } : probe.guestInstruction();
  const place = instruction.physical;
  const sources = domain === null ? null : sourcesOf(program, domain.id);
  return {
    linear: instruction.linear,
    text: instruction.text,
    row: instruction.row,
    source: place === null ? null : (sources?.at(place) ?? null),
    expansion: place === null ? [] : (sources?.expansionAt(place) ?? []),
  };
}

/** Who runs now: the VMM, or a domain's guest in the ring that it believes to be in. */
function currentOccupant(domain: Domain | null, computer: Computer, { seats }: Strategy): Occupant["who"] {
  if (domain === null) return "vmm";
  const ring = domain.guest.virtualCpl();
  const others = domain.guest !== computer.guest;
  const mine = seats.filter((seat) => isOthers(seat) === others && isInner(seat) === inInner(computer, seats));
  // A guest of the program's own has no seats in the rings between: its kernel stands for them.
  return (mine.find((seat) => seat.virtualRing === ring) ?? mine[0]!).who;
}

/** Whether a guest runs that the program on a bare machine has made by VT-x. */
function inInner({ machine }: Computer, seats: Strategy["seats"]): boolean {
  return machine.cpu.state.vmxMode === VMX_NON_ROOT && seats.some(isInner);
}

/** The seats worth showing: rings 1 and 2 of a guest only while somebody sits there, those of others where there are any. */
function occupants({ others, machine }: Computer, { seats }: Strategy, current: Occupant["who"]): Occupant[] {
  const worlds = machine.cpu.vmx !== null && seats.some(isInner);
  const shown = seats.filter((seat) => {
    if (isOthers(seat)) return others !== undefined && others.length > 0;
    if (isInner(seat)) return worlds;
    return seat.who === current || (seat.who !== "guest-ring1" && seat.who !== "guest-ring2");
  });
  return worlds ? shown.map((seat) => ({ ...seat, world: seat.world ?? "root" })) : shown;
}
