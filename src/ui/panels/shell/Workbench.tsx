import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useEngine } from "../../engine/context.ts";
import type { PanelId } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { ConsolePanel } from "../console/ConsolePanel.tsx";
import { EditorPanel } from "../editor/EditorPanel.tsx";
import { EventsPanel } from "../events/EventsPanel.tsx";
import { LessonPanel } from "../lesson/LessonPanel.tsx";
import { RegistersPanel } from "../registers/RegistersPanel.tsx";
import { StagePanel } from "../stage/StagePanel.tsx";

/** The lesson above the program's text. */
function Text() {
  return (
    <div className="text-column">
      <LessonPanel />
      <EditorPanel />
    </div>
  );
}

function Handle({ across = false }: { readonly across?: boolean }) {
  const { t } = useTranslation();
  return <Separator className={`handle ${across ? "across" : ""}`} aria-label={t("app.resize")} />;
}

/** A lecturer's screen: text, stage with the log below, registers with the console below. */
export function WideBench() {
  return (
    <Group orientation="horizontal" className="group">
      <Panel id="text" defaultSize="35%" minSize="280px">
        <Text />
      </Panel>
      <Handle />
      <Panel id="middle" defaultSize="37%" minSize="320px">
        <Group orientation="vertical">
          <Panel id="stage" defaultSize="66%" minSize="200px">
            <StagePanel />
          </Panel>
          <Handle across />
          <Panel id="events" defaultSize="34%" minSize="100px">
            <EventsPanel />
          </Panel>
        </Group>
      </Panel>
      <Handle />
      <Panel id="right" defaultSize="28%" minSize="240px">
        <Group orientation="vertical">
          <Panel id="registers" defaultSize="60%" minSize="120px">
            <RegistersPanel />
          </Panel>
          <Handle across />
          <Panel id="console" defaultSize="40%" minSize="100px">
            <ConsolePanel />
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}

/** A small laptop: the text, and the stage over the rest in tabs. */
export function MediumBench() {
  return (
    <Group orientation="horizontal" className="group">
      <Panel id="text" defaultSize="44%" minSize="260px">
        <Text />
      </Panel>
      <Handle />
      <Panel id="right" defaultSize="56%" minSize="320px">
        <Group orientation="vertical">
          <Panel id="stage" defaultSize="62%" minSize="160px">
            <StagePanel />
          </Panel>
          <Handle across />
          <Panel id="rest" defaultSize="38%" minSize="120px">
            <PanelTabs tabs={["registers", "events", "console"]} fallback="registers" />
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}

/** A phone: one thing at a time. */
export function NarrowBench() {
  const kind = useUi((state) => state.document?.kind);
  const open = useUi((state) => state.lessonOpen);
  const lesson = kind === "program" && open;
  return (
    <PanelTabs
      tabs={
        lesson
          ? ["lesson", "editor", "stage", "registers", "events", "console"]
          : ["editor", "stage", "registers", "events", "console"]
      }
      fallback={lesson ? "lesson" : "stage"}
    />
  );
}

const CONTENT: Readonly<Record<PanelId, () => ReactNode>> = {
  lesson: () => (
    <div className="lesson-page">
      <LessonPanel />
      <StagePanel />
    </div>
  ),
  editor: () => <EditorPanel />,
  stage: () => <StagePanel />,
  registers: () => <RegistersPanel />,
  events: () => <EventsPanel />,
  console: () => <ConsolePanel />,
};

function PanelTabs({ tabs, fallback }: { readonly tabs: readonly PanelId[]; readonly fallback: PanelId }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const panel = useUi((state) => state.panel);
  const shown = tabs.includes(panel) ? panel : fallback;
  return (
    <Tabs.Root
      className="tabs panel-tabs"
      value={shown}
      onValueChange={(value) =>
        change(engine.store, (draft) => {
          draft.panel = value as PanelId;
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
          {CONTENT[id]()}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
