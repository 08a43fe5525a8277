import {
  BookText,
  ChartNoAxesColumn,
  CircleDot,
  CircuitBoard,
  Cpu,
  Eye,
  Ghost,
  GitFork,
  Landmark,
  Languages,
  Layers,
  ListTree,
  type LucideIcon,
  MemoryStick,
  MonitorPlay,
  Network,
  Rows4,
  ScrollText,
  SquareTerminal,
  TableProperties,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import { EditorPanel } from "../panels/editor/EditorPanel.tsx";
import { EventsPanel } from "../panels/events/EventsPanel.tsx";
import { RegistersPanel } from "../panels/registers/RegistersPanel.tsx";
import { StagePanel } from "../panels/stage/StagePanel.tsx";
import type { DockId } from "./arrangement.ts";
import type { PanelId } from "./panel-ids.ts";

const BreakpointsPanel = lazy(() => import("../panels/breakpoints/BreakpointsPanel.tsx"));
const WatchesPanel = lazy(() => import("../panels/watches/WatchesPanel.tsx"));
const ListingPanel = lazy(() => import("../panels/listing/ListingPanel.tsx"));
const TranslationPanel = lazy(() => import("../panels/translation/TranslationPanel.tsx"));
const ConsolePanel = lazy(() => import("../panels/console/ConsolePanel.tsx"));
const MemoryPanel = lazy(() => import("../panels/memory/MemoryPanel.tsx"));
const StackPanel = lazy(() => import("../panels/stack/StackPanel.tsx"));
const TablesPanel = lazy(() => import("../panels/tables/TablesPanel.tsx"));
const PagingPanel = lazy(() => import("../panels/paging/PagingPanel.tsx"));
const DevicesPanel = lazy(() => import("../panels/devices/DevicesPanel.tsx"));
const HypervisorPanel = lazy(() => import("../panels/hypervisor/HypervisorPanel.tsx"));
const VmcsPanel = lazy(() => import("../panels/vmcs/VmcsPanel.tsx"));
const CommandsPanel = lazy(() => import("../panels/commands/CommandsPanel.tsx"));
const SummaryPanel = lazy(() => import("../panels/summary/SummaryPanel.tsx"));
const VcpuPanel = lazy(() => import("../panels/vcpu/VcpuPanel.tsx"));

export interface PanelRow {
  readonly id: PanelId;
  /** Where it is docked until the reader moves it. */
  readonly dock: DockId;
  readonly icon: LucideIcon;
  readonly component: ComponentType;
  /** Stays mounted while another tab of its dock is on top: it holds what would be lost (undo, focus, scrolling). */
  readonly keep?: boolean;
  /** Open from the start; the others are opened from the panel menu or the palette. */
  readonly open: boolean;
}

/** Every panel, once; in a dock they stand in this order. Large ones are loaded when first shown (`lazy`). */
export const panels: readonly PanelRow[] = [
  { id: "editor", dock: "text", icon: BookText, component: EditorPanel, keep: true, open: true },
  { id: "stage", dock: "stage", icon: Layers, component: StagePanel, open: true },
  { id: "events", dock: "log", icon: ScrollText, component: EventsPanel, open: true },
  { id: "listing", dock: "log", icon: ListTree, component: ListingPanel, open: false },
  { id: "translation", dock: "text", icon: Languages, component: TranslationPanel, open: false },
  { id: "registers", dock: "state", icon: Cpu, component: RegistersPanel, open: true },
  { id: "console", dock: "io", icon: MonitorPlay, component: ConsolePanel, keep: true, open: true },
  { id: "breakpoints", dock: "log", icon: CircleDot, component: BreakpointsPanel, open: false },
  { id: "watches", dock: "state", icon: Eye, component: WatchesPanel, open: false },
  { id: "tables", dock: "state", icon: TableProperties, component: TablesPanel, open: false },
  { id: "paging", dock: "state", icon: Network, component: PagingPanel, open: false },
  { id: "devices", dock: "state", icon: CircuitBoard, component: DevicesPanel, open: false },
  { id: "vcpu", dock: "state", icon: Ghost, component: VcpuPanel, open: false },
  { id: "hypervisor", dock: "state", icon: Landmark, component: HypervisorPanel, open: false },
  { id: "vmcs", dock: "text", icon: GitFork, component: VmcsPanel, open: false },
  { id: "commands", dock: "log", icon: SquareTerminal, component: CommandsPanel, open: false },
  { id: "summary", dock: "log", icon: ChartNoAxesColumn, component: SummaryPanel, open: false },
  { id: "memory", dock: "state", icon: MemoryStick, component: MemoryPanel, open: false },
  { id: "stack", dock: "state", icon: Rows4, component: StackPanel, open: false },
];

const byId = new Map(panels.map((row) => [row.id, row]));

export function panelOf(id: PanelId): PanelRow {
  return byId.get(id)!;
}
