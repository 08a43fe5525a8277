import { complete, interpret } from "../console/interpret.ts";
import { where } from "../console/where.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import { inspectBreakpoints } from "./breakpoints.ts";
import { inspectDevices } from "./devices.ts";
import { inspectDisassembly } from "./disassembly.ts";
import { inspectExecuted } from "./executed.ts";
import { inspectExpression } from "./expression.ts";
import { inspectFind } from "./find.ts";
import { inspectHypervisorEvents, inspectHypervisorRings } from "./hypervisor.ts";
import { inspectHypercalls } from "./hypervisor-calls.ts";
import { inspectFrames } from "./hypervisor-frames.ts";
import { inspectListing } from "./listing.ts";
import { inspectMemory } from "./memory.ts";
import { inspectName } from "./name.ts";
import { inspectOutput } from "./output.ts";
import { inspectPaging } from "./paging.ts";
import { inspectScreen } from "./screen.ts";
import { inspectSegments } from "./segments.ts";
import { inspectStack } from "./stack.ts";
import { findInSummary, inspectSummary } from "./summary.ts";
import { inspectTable } from "./tables.ts";
import { inspectTransition } from "./transition.ts";
import { inspectTranslation } from "./translation.ts";
import { inspectTranslationHeat } from "./translation-heat.ts";
import { inspectTss } from "./tss.ts";
import type { Answer, InspectionKind, Question } from "./types.ts";
import { inspectVcpu } from "./vcpu.ts";
import { inspectVmxChecks } from "./vmx-checks.ts";
import { inspectVmxExit } from "./vmx-exit.ts";
import { inspectVmxExits } from "./vmx-exits.ts";
import { inspectVmcs } from "./vmx-vmcs.ts";
import { inspectVmxWalk } from "./vmx-walk.ts";
import { inspectWalk } from "./walk.ts";

/** What an answer is made from. Inspecting changes nothing but, where it travels, the step, which it puts back. */
export interface Inspected {
  readonly run: Run;
  readonly program: PreparedProgram;
}

type Inspectors = { readonly [K in InspectionKind]: (at: Inspected, question: Question<K>) => Answer<K> };

/** Who answers which kind of question. */
const INSPECTORS: Inspectors = {
  listing: inspectListing,
  segments: inspectSegments,
  table: inspectTable,
  tss: inspectTss,
  paging: inspectPaging,
  walk: inspectWalk,
  devices: inspectDevices,
  vcpu: inspectVcpu,
  vmcs: inspectVmcs,
  "vmx-exit": inspectVmxExit,
  "vmx-checks": inspectVmxChecks,
  "vmx-walk": inspectVmxWalk,
  "vmx-exits": inspectVmxExits,
  transition: inspectTransition,
  executed: inspectExecuted,
  screen: inspectScreen,
  output: inspectOutput,
  memory: inspectMemory,
  disassembly: inspectDisassembly,
  translation: inspectTranslation,
  "translation-heat": inspectTranslationHeat,
  hypercalls: inspectHypercalls,
  "hypervisor-events": inspectHypervisorEvents,
  frames: inspectFrames,
  "hypervisor-rings": inspectHypervisorRings,
  find: inspectFind,
  stack: inspectStack,
  name: inspectName,
  breakpoints: inspectBreakpoints,
  expression: inspectExpression,
  summary: inspectSummary,
  "summary-find": findInSummary,
  console: interpret,
  "console-where": where,
  "console-complete": complete,
};

/** Answers a question about the present moment of a run. */
export function inspect<K extends InspectionKind>(at: Inspected, question: Question<K>): Answer<K> {
  const answer = INSPECTORS[question.kind as K] as (at: Inspected, question: Question<K>) => Answer<K>;
  return answer(at, question);
}
