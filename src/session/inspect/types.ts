import type {
  CompleteAnswer,
  CompleteAsk,
  ConsoleAnswer,
  ConsoleAsk,
  WhereAnswer,
  WhereAsk,
} from "../console/types.ts";
import type { BreakpointsAnswer, BreakpointsAsk } from "./breakpoints.ts";
import type { DevicesAnswer, DevicesAsk } from "./devices.ts";
import type { DisassemblyAnswer, DisassemblyAsk } from "./disassembly.ts";
import type { ExecutedAnswer, ExecutedAsk } from "./executed.ts";
import type { ExpressionAnswer, ExpressionAsk } from "./expression.ts";
import type { FindAnswer, FindAsk } from "./find.ts";
import type {
  HypervisorEventsAnswer,
  HypervisorEventsAsk,
  HypervisorRingsAnswer,
  HypervisorRingsAsk,
} from "./hypervisor.ts";
import type { HypercallsAnswer, HypercallsAsk } from "./hypervisor-calls.ts";
import type { FramesAnswer, FramesAsk } from "./hypervisor-frames.ts";
import type { ListingAnswer, ListingAsk } from "./listing.ts";
import type { MemoryAnswer, MemoryAsk } from "./memory.ts";
import type { NameAnswer, NameAsk } from "./name.ts";
import type { OutputAnswer, OutputAsk } from "./output.ts";
import type { PagingAnswer, PagingAsk } from "./paging.ts";
import type { ScreenAnswer, ScreenAsk } from "./screen.ts";
import type { SegmentsAnswer, SegmentsAsk } from "./segments.ts";
import type { StackAnswer, StackAsk } from "./stack.ts";
import type { SummaryAnswer, SummaryAsk, SummaryFindAnswer, SummaryFindAsk } from "./summary.ts";
import type { TableAnswer, TableAsk } from "./tables.ts";
import type { TransitionAnswer, TransitionAsk } from "./transition.ts";
import type { TranslationAnswer, TranslationAsk } from "./translation.ts";
import type { TranslationHeatAnswer, TranslationHeatAsk } from "./translation-heat.ts";
import type { TssAnswer, TssAsk } from "./tss.ts";
import type { VcpuAnswer, VcpuAsk } from "./vcpu.ts";
import type { VmxChecksAnswer, VmxChecksAsk } from "./vmx-checks.ts";
import type { VmxExitAnswer, VmxExitAsk } from "./vmx-exit.ts";
import type { VmxExitsAnswer, VmxExitsAsk } from "./vmx-exits.ts";
import type { VmcsAnswer, VmcsAsk } from "./vmx-vmcs.ts";
import type { VmxWalkAnswer, VmxWalkAsk } from "./vmx-walk.ts";
import type { WalkAnswer, WalkAsk } from "./walk.ts";

/**
 * What inspectors ask of a session at its present moment, and what they get: plain data that crosses the worker's
 * boundary. One line for each kind of question; its types live beside the code that answers it.
 */
export interface Inspections {
  listing: { readonly ask: ListingAsk; readonly answer: ListingAnswer };
  segments: { readonly ask: SegmentsAsk; readonly answer: SegmentsAnswer };
  table: { readonly ask: TableAsk; readonly answer: TableAnswer };
  tss: { readonly ask: TssAsk; readonly answer: TssAnswer };
  paging: { readonly ask: PagingAsk; readonly answer: PagingAnswer };
  walk: { readonly ask: WalkAsk; readonly answer: WalkAnswer };
  devices: { readonly ask: DevicesAsk; readonly answer: DevicesAnswer };
  vcpu: { readonly ask: VcpuAsk; readonly answer: VcpuAnswer };
  vmcs: { readonly ask: VmcsAsk; readonly answer: VmcsAnswer };
  "vmx-exit": { readonly ask: VmxExitAsk; readonly answer: VmxExitAnswer };
  "vmx-checks": { readonly ask: VmxChecksAsk; readonly answer: VmxChecksAnswer };
  "vmx-walk": { readonly ask: VmxWalkAsk; readonly answer: VmxWalkAnswer };
  "vmx-exits": { readonly ask: VmxExitsAsk; readonly answer: VmxExitsAnswer };
  transition: { readonly ask: TransitionAsk; readonly answer: TransitionAnswer };
  executed: { readonly ask: ExecutedAsk; readonly answer: ExecutedAnswer };
  screen: { readonly ask: ScreenAsk; readonly answer: ScreenAnswer };
  output: { readonly ask: OutputAsk; readonly answer: OutputAnswer };
  memory: { readonly ask: MemoryAsk; readonly answer: MemoryAnswer };
  disassembly: { readonly ask: DisassemblyAsk; readonly answer: DisassemblyAnswer };
  translation: { readonly ask: TranslationAsk; readonly answer: TranslationAnswer };
  "translation-heat": { readonly ask: TranslationHeatAsk; readonly answer: TranslationHeatAnswer };
  hypercalls: { readonly ask: HypercallsAsk; readonly answer: HypercallsAnswer };
  "hypervisor-events": { readonly ask: HypervisorEventsAsk; readonly answer: HypervisorEventsAnswer };
  frames: { readonly ask: FramesAsk; readonly answer: FramesAnswer };
  "hypervisor-rings": { readonly ask: HypervisorRingsAsk; readonly answer: HypervisorRingsAnswer };
  find: { readonly ask: FindAsk; readonly answer: FindAnswer };
  stack: { readonly ask: StackAsk; readonly answer: StackAnswer };
  name: { readonly ask: NameAsk; readonly answer: NameAnswer };
  breakpoints: { readonly ask: BreakpointsAsk; readonly answer: BreakpointsAnswer };
  expression: { readonly ask: ExpressionAsk; readonly answer: ExpressionAnswer };
  summary: { readonly ask: SummaryAsk; readonly answer: SummaryAnswer };
  "summary-find": { readonly ask: SummaryFindAsk; readonly answer: SummaryFindAnswer };
  console: { readonly ask: ConsoleAsk; readonly answer: ConsoleAnswer };
  "console-where": { readonly ask: WhereAsk; readonly answer: WhereAnswer };
  "console-complete": { readonly ask: CompleteAsk; readonly answer: CompleteAnswer };
}

export type InspectionKind = keyof Inspections;

/** A question: its kind, and what it is about. */
export type Question<K extends InspectionKind = InspectionKind> = {
  [Q in K]: { readonly kind: Q } & (Inspections[Q] extends { readonly ask: infer A } ? A : never);
}[K];

export type Answer<K extends InspectionKind> = Inspections[K] extends { readonly answer: infer A } ? A : never;
