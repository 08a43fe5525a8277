import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { isPanelId } from "../layout/panel-ids.ts";
import type { ActionId, OwnActionId } from "./types.ts";

/** An action's name and what it does, in the reader's language. */
export function useActionWords(): (id: ActionId) => { readonly label: string; readonly help: string } {
  const { t } = useTranslation();
  return useCallback(
    (id) => {
      const panel = id.slice("panel-".length);
      if (id.startsWith("panel-") && isPanelId(panel)) {
        const name = t(`app.panel.${panel}`);
        return { label: t("app.showPanel", { name }), help: t("app.showPanelHelp", { name }) };
      }
      const own = id as OwnActionId;
      return { label: t(`action.${own}.label`), help: t(`action.${own}.help`) };
    },
    [t],
  );
}
