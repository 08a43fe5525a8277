import { DropdownMenu, Popover } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { editBreakpoint, enableBreakpoints, putBreakpoint, removeBreakpoints } from "../../engine/breakpoints.ts";
import { useEngine } from "../../engine/context.ts";
import { showPanel } from "../../layout/handle.ts";
import { lineBreakpoint, lineId } from "../../store/breakpoints.ts";
import type { Place } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { BreakpointForm } from "./BreakpointForm.tsx";
import "./breakpoints.css";
import { draftOf } from "./draft.ts";
import "./words.ts";

interface Props {
  readonly place: Place;
  /** In the window's pixels: where the menu or form opens. */
  readonly x: number;
  readonly y: number;
  /** Goes to the form at once, as the keyboard's way does. */
  readonly form: boolean;
  onClose(): void;
}

/** The menu of a line's margin: what can be done with its breakpoint; the condition is edited on the spot. */
export default function MarginMenu({ place, x, y, form, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [editing, setEditing] = useState(form);
  const id = lineId(place);
  const found = useUi((state) => state.work.breakpoints.find((one) => one.id === id));
  const breakpoint = found ?? lineBreakpoint(place);
  const anchor = <span style={{ position: "fixed", left: x, top: y, width: 1, height: 1 }} />;

  if (editing) {
    return (
      <Popover.Root open onOpenChange={(open) => !open && onClose()}>
        <Popover.Anchor asChild>{anchor}</Popover.Anchor>
        <Popover.Portal>
          <Popover.Content
            className="bp-popover"
            side="bottom"
            align="start"
            sideOffset={6}
            collisionPadding={8}
            aria-label={t("breakpoints.margin", { line: place.line })}
          >
            <h3>{t("breakpoints.margin", { line: place.line })}</h3>
            <BreakpointForm
              start={draftOf(breakpoint)}
              conditionOnly
              isNew={found === undefined}
              onCancel={onClose}
              onSave={({ condition, hits }) => {
                if (found) void editBreakpoint(engine, id, { condition, hits });
                else {
                  void putBreakpoint(engine, {
                    ...breakpoint,
                    ...(condition === undefined ? {} : { condition }),
                    ...(hits === undefined ? {} : { hits }),
                  });
                }
                onClose();
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    );
  }
  const on = found?.enabled !== false;
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>{anchor}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={t("breakpoints.margin", { line: place.line })}
        >
          {found === undefined ? (
            <>
              <DropdownMenu.Item className="menu-item" onSelect={() => void putBreakpoint(engine, breakpoint)}>
                {t("breakpoints.addHere")}
              </DropdownMenu.Item>
              <DropdownMenu.Item
                className="menu-item"
                onSelect={(event) => {
                  event.preventDefault();
                  setEditing(true);
                }}
              >
                {t("breakpoints.addConditional")}
              </DropdownMenu.Item>
            </>
          ) : (
            <>
              <DropdownMenu.Item
                className="menu-item"
                onSelect={(event) => {
                  event.preventDefault();
                  setEditing(true);
                }}
              >
                {t("breakpoints.editCondition")}
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => void enableBreakpoints(engine, [id], !on)}>
                {t(on ? "breakpoints.disable" : "breakpoints.enable")}
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => void removeBreakpoints(engine, [id])}>
                {t("breakpoints.remove")}
              </DropdownMenu.Item>
            </>
          )}
          <DropdownMenu.Item className="menu-item" onSelect={() => showPanel(engine, "breakpoints", true)}>
            {t("breakpoints.more")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
