import { DropdownMenu } from "radix-ui";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import type { Place } from "../../components/Wanted.tsx";
import { useEngine } from "../../engine/context.ts";
import { COLUMNS, dockWith } from "../../layout/arrangement.ts";
import { arrangementOf, closePanel, movePanel, openNow, resetLayout, showPanel } from "../../layout/handle.ts";
import { isPanelId, type PanelId } from "../../layout/panel-ids.ts";
import { panels } from "../../layout/panels.ts";
import { useUi } from "../../store/store.ts";

/** Which panels are open, and the way back to the first arrangement. */
export function PanelMenuList({ trigger, defaultOpen }: Place) {
  const { t } = useTranslation();
  const engine = useEngine();
  const open = useUi(useShallow(openNow));
  return (
    <DropdownMenu.Root defaultOpen={defaultOpen}>
      <DropdownMenu.Trigger {...trigger} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={6} collisionPadding={8} align="end">
          <DropdownMenu.Label className="select-label">{t("app.panels")}</DropdownMenu.Label>
          {panels.map(({ id, icon: Icon }) => (
            <DropdownMenu.CheckboxItem
              key={id}
              className="menu-item"
              checked={open.includes(id)}
              onCheckedChange={(checked) => (checked ? showPanel(engine, id) : closePanel(engine, id))}
            >
              <DropdownMenu.ItemIndicator className="menu-tick">✓</DropdownMenu.ItemIndicator>
              <Icon aria-hidden="true" />
              {t(`app.panel.${id}`)}
            </DropdownMenu.CheckboxItem>
          ))}
          <MoveItems />
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => resetLayout(engine)}>
            {t("app.resetLayout")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Where the panel that was used last stands, and the other places it could. */
function MoveItems() {
  const { t } = useTranslation();
  const engine = useEngine();
  const breadth = useUi((state) => state.layout.breadth);
  const panel = useUi((state) => state.panel);
  const at = useUi((state) =>
    breadth === null || !isPanelId(panel) ? null : dockWith(arrangementOf(state, breadth), panel),
  );
  if (breadth === null || at === null) return null;
  return (
    <>
      <DropdownMenu.Separator className="menu-line" />
      <DropdownMenu.Label className="select-label">
        {t("app.movePanel", { name: t(`app.panel.${panel}`) })}
      </DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={at}>
        {COLUMNS[breadth].flat().map((dock) => (
          <DropdownMenu.RadioItem
            key={dock}
            value={dock}
            className="menu-item"
            onSelect={() => movePanel(engine, panel as PanelId, dock)}
          >
            <DropdownMenu.ItemIndicator className="menu-tick">✓</DropdownMenu.ItemIndicator>
            {t(`app.dock.${dock}`)}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}
