import { CpuState } from "../cpu/state.ts";
import { TEXT_MEMORY, textRows } from "../devices/vga-text.ts";
import type { Computer, Strategy } from "../vmm/strategy.ts";
import { Probe } from "./position.ts";
import type { SourceMap } from "./program.ts";
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
  readonly strategy: Strategy;
  readonly whatIf: readonly string[];
  readonly options: readonly string[];
  readonly sources: SourceMap | null;
  readonly lastStep: number;
  readonly lastTick: number;
  readonly eventCount: number;
  readonly transition: readonly EventView[];
  /** Registers one step ago; null if that is not to be shown. */
  readonly before: RegisterFiles | null;
}

export function registerFiles(computer: Computer): RegisterFiles {
  const guest = new CpuState();
  computer.guest.readState(guest);
  return { physical: registerFile(computer.machine.cpu.state), guest: registerFile(guest) };
}

/** Everything a person looks at, read from the computer at its present step. */
export function makeView(context: ViewContext): View {
  const { computer, strategy, before } = context;
  const { machine, guest } = computer;
  const files = registerFiles(computer);
  const current = currentOccupant(computer, strategy);
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
    occupants: occupants(strategy, current),
    current,
    ...files,
    changes: {
      physical: before ? changesBetween(before.physical, files.physical) : [],
      guest: before ? changesBetween(before.guest, files.guest) : [],
    },
    next: nextInstruction(computer, context.sources),
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

function nextInstruction(computer: Computer, sources: SourceMap | null): View["next"] {
  const probe = new Probe(computer);
  probe.readGuest();
  const instruction = computer.guest.inGuest()
    ? probe.guestInstruction()
    : { ...probe.physicalInstruction(), physical: null };
  const place = instruction.physical;
  return {
    linear: instruction.linear,
    text: instruction.text,
    row: instruction.row,
    source: place === null ? null : (sources?.at(place) ?? null),
    expansion: place === null ? [] : (sources?.expansionAt(place) ?? []),
  };
}

/** Who runs now: the VMM, or the guest in the ring that it believes to be in. */
function currentOccupant({ guest }: Computer, strategy: Strategy): Occupant["who"] {
  if (!guest.inGuest()) return "vmm";
  const ring = guest.virtualCpl();
  return strategy.seats.find((seat) => seat.virtualRing === ring)!.who;
}

/** The seats worth showing: rings 1 and 2 of a guest only while somebody sits there. */
function occupants(strategy: Strategy, current: Occupant["who"]): Occupant[] {
  return strategy.seats.filter(
    (seat) => seat.who === current || (seat.who !== "guest-ring1" && seat.who !== "guest-ring2"),
  );
}
