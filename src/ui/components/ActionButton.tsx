import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { actionOf } from "../actions/index.ts";
import type { ActionId } from "../actions/types.ts";
import { useEngine } from "../engine/context.ts";
import { useUi } from "../store/store.ts";
import { Keys } from "./Keys.tsx";

interface Props {
  readonly id: ActionId;
  /** `icon`: a square with a tooltip; `label`: icon and words. */
  readonly look?: "icon" | "label";
  readonly className?: string;
  readonly children?: ReactNode;
}

/** A button for an action. It stays focusable when it cannot act, so that the keyboard is not thrown off it. */
export function ActionButton({ id, look = "icon", className = "", children }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const action = actionOf(id);
  const enabled = useUi((state) => action.enabled(state));
  const label = t(`action.${id}.label`);
  const Icon = action.icon;
  const button = (
    <button
      type="button"
      className={`button ${look === "icon" ? "icon quiet" : ""} ${className}`}
      aria-disabled={!enabled}
      aria-label={children === undefined ? label : undefined}
      aria-keyshortcuts={action.keys.map((key) => key.replace("Ctrl", "Control")).join(" ") || undefined}
      data-action={id}
      onClick={() => {
        if (action.enabled(engine.state)) void action.run(engine);
      }}
    >
      <Icon aria-hidden="true" />
      {look === "label" && <span>{children ?? label}</span>}
    </button>
  );
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{button}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={6} collisionPadding={8}>
          {t(`action.${id}.help`)}
          <Keys keys={action.keys.slice(0, 1)} />
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
