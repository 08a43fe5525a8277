import { Tabs } from "radix-ui";
import { useTranslation } from "react-i18next";
import { PanelContent } from "../../components/PanelContent.tsx";
import { useEngine } from "../../engine/context.ts";
import { panels } from "../../layout/panels.ts";
import type { TabId } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { LessonPanel } from "../lesson/LessonPanel.tsx";
import { StagePanel } from "../stage/StagePanel.tsx";

/** A phone: one panel at a time, the lesson with the stage first. All panels have a tab. */
export function NarrowBench() {
  const { t } = useTranslation();
  const engine = useEngine();
  const kind = useUi((state) => state.document?.kind);
  const lesson = useUi((state) => state.lessonOpen) && kind === "program";
  const panel = useUi((state) => state.panel);
  const tabs: readonly TabId[] = [...(lesson ? (["lesson"] as const) : []), ...panels.map((row) => row.id)];
  const shown = tabs.includes(panel) ? panel : lesson ? "lesson" : "stage";
  return (
    <Tabs.Root
      className="tabs panel-tabs"
      value={shown}
      onValueChange={(value) =>
        change(engine.store, (draft) => {
          draft.panel = value as TabId;
        })
      }
    >
      <Tabs.List className="tab-list" aria-label={t("app.panels")}>
        {tabs.map((id) => (
          <Tabs.Trigger key={id} className="tab" value={id}>
            {t(`app.panel.${id}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((id) => (
        <Tabs.Content key={id} className="tab-content" value={id} tabIndex={-1}>
          {id === "lesson" ? (
            <div className="lesson-page">
              <LessonPanel />
              <StagePanel />
            </div>
          ) : (
            <PanelContent id={id} />
          )}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
