import { X } from "lucide-react";
import { Tabs } from "radix-ui";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import type { Dock, DockId } from "../../layout/arrangement.ts";
import { closePanel, movePanel, showPanel } from "../../layout/handle.ts";
import { isPanelId, type PanelId } from "../../layout/panel-ids.ts";
import { panelOf } from "../../layout/panels.ts";
import { PanelBody } from "./PanelBody.tsx";

const DRAGGED = "application/x-ringside-panel";

/** One place of the workbench: its panels as tabs. A tab dragged onto a place goes there, before the tab it is dropped on. */
export function DockTabs({ id, dock }: { readonly id: DockId; readonly dock: Dock }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [over, setOver] = useState(false);
  const accept = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    setOver(false);
    const panel = event.dataTransfer.getData(DRAGGED);
    if (!isPanelId(panel)) return;
    event.preventDefault();
    const before = (event.target as Element).closest("[data-panel]")?.getAttribute("data-panel") ?? "";
    movePanel(engine, panel, id, isPanelId(before) ? before : null);
  };
  const { active } = dock;
  if (active === null) return null;
  return (
    <Tabs.Root
      className={`dock ${over ? "drop-here" : ""}`}
      data-dock={id}
      value={active}
      onValueChange={(value) => isPanelId(value) && showPanel(engine, value)}
      onDragOver={accept}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Tabs.List className="dock-tabs" aria-label={t("app.panels")}>
        {dock.tabs.map((panel) => (
          <DockTab key={panel} id={panel} />
        ))}
      </Tabs.List>
      {dock.tabs.map((panel) => (
        <Tabs.Content
          key={panel}
          value={panel}
          className="dock-content"
          tabIndex={-1}
          {...(panelOf(panel).keep && { forceMount: true as const })}
        >
          <PanelBody id={panel} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function DockTab({ id }: { readonly id: PanelId }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Delete") return;
    event.preventDefault();
    closePanel(engine, id);
  };
  return (
    <Tabs.Trigger
      value={id}
      className="tab dock-tab"
      data-panel={id}
      title={t("app.panelHint")}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, id)}
      onKeyDown={onKeyDown}
    >
      {t(`app.panel.${id}`)}
      {/* For the pointer alone: nothing else may take the focus in a tab. Keys have Delete and the panel menu. */}
      <span
        className="tab-close"
        aria-hidden="true"
        onPointerDown={(event) => event.stopPropagation()}
        onMouseDown={(event) => event.stopPropagation()}
        onClick={() => closePanel(engine, id)}
      >
        <X />
      </span>
    </Tabs.Trigger>
  );
}
