import type { ReactNode } from "react";
import { actionOf } from "../actions/index.ts";
import { keysOf } from "../actions/keys.ts";
import type { ActionId } from "../actions/types.ts";
import { useActionWords } from "../actions/words.ts";
import { useEngine } from "../engine/context.ts";
import { useUi } from "../store/store.ts";

interface Props {
  readonly id: ActionId;
  /** `icon`: a square; `label`: icon and words. What the action does is in a tip (see Tips.tsx). */
  readonly look?: "icon" | "label";
  readonly className?: string;
  readonly children?: ReactNode;
}

/** A button for an action. It stays focusable when it cannot act, so that the keyboard is not thrown off it. */
export function ActionButton({ id, look = "icon", className = "", children }: Props) {
  const engine = useEngine();
  const action = actionOf(id);
  const enabled = useUi((state) => action.enabled(state));
  const keys = keysOf(
    action,
    useUi((state) => state.keys),
  );
  const { label, help } = useActionWords()(id);
  const Icon = action.icon;
  return (
    <button
      type="button"
      className={`button ${look === "icon" ? "icon quiet" : ""} ${className}`}
      aria-disabled={!enabled}
      aria-label={children === undefined ? label : undefined}
      aria-keyshortcuts={keys.map((key) => key.replace("Ctrl", "Control")).join(" ") || undefined}
      data-action={id}
      data-tip={help}
      data-tip-keys={keys[0]}
      onClick={() => {
        if (action.enabled(engine.state)) void action.run(engine);
      }}
    >
      <Icon aria-hidden="true" />
      {look === "label" && <span>{children ?? label}</span>}
    </button>
  );
}
