import type { RegisterFile, View } from "../../src/session/types.ts";
import { initialState, type State } from "../../src/ui/store/state.ts";

export const registers: RegisterFile = {
  gpr: [1, 2, 3, 4, 5, 6, 7, 8],
  eip: 0x100000,
  eflags: 0x202,
  cpl: 0,
  mode: { kind: "protected", bits: 32, world: null },
  cr0: 0x11,
  cr2: 0,
  cr3: 0,
  cr4: 0,
  gdtr: { base: 0x900, limit: 0x17 },
  idtr: { base: 0, limit: 0x3ff },
  segments: ["es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"].map((name, index) => ({
    name,
    selector: index * 8,
    base: 0,
    limit: 0xffffffff,
    attr: 0xc093,
  })),
};

/** A view with what a test cares about. */
export function viewOf(parts: Partial<View> = {}): View {
  return {
    step: 0,
    tick: 0,
    cycles: 0,
    time: 0,
    lastStep: parts.step ?? 0,
    lastTick: 0,
    outcome: "running",
    exitCode: null,
    strategy: "trap-and-emulate",
    whatIf: [],
    options: [],
    occupants: [],
    current: "guest-kernel",
    domain: null,
    physical: registers,
    guest: registers,
    changes: { physical: [], guest: [] },
    next: { linear: 0x100000, text: "nop", row: "nop", source: null, expansion: [] },
    transition: [],
    console: { debug: "", serial: "", screen: [] },
    eventCount: 0,
    ...parts,
  };
}

export function readyState(parts: Partial<View>): State {
  return {
    ...initialState,
    document: {
      kind: "program",
      main: "a.asm",
      text: "nop",
      original: "nop",
      includes: {},
      library: {},
      binary: null,
      inputs: [],
    },
    run: { ...initialState.run, status: "ready", loadedFiles: { "a.asm": "nop" }, view: viewOf(parts) },
  };
}

export function runningState(): State {
  const state = readyState({ step: 9 });
  return { ...state, run: { ...state.run, status: "running", progress: 0.5 } };
}
