import { Tabs } from "radix-ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { en } from "../../i18n/areas/terminal.ts";
import { addFetchedWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import "./console.css";
import { Serial } from "./Serial.tsx";
import { Terminal } from "./Terminal.tsx";

await addFetchedWords("terminal", en, () => import("../../i18n/areas/zh/terminal.ts"));

// With its font.
const Screen = lazy(() => import("./Screen.tsx"));

type Tab = "serial" | "screen" | "debug";

/** What the guest shows and is told: serial line, VGA screen, debug port. */
export default function ConsolePanel() {
  const { t } = useTranslation();
  const output = useUi((state) => state.run.view?.console ?? null);
  const program = useUi((state) => state.work.programId);
  const [tab, setTab] = useState<Tab>("serial");
  const [chosen, setChosen] = useState(false);
  const drawn = output?.screen.some((row) => row.trim() !== "") ?? false;

  // Until the reader has chosen a tab, the one that the program uses is in front.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new program starts afresh
  useEffect(() => setChosen(false), [program]);
  useEffect(() => {
    if (chosen || output === null) return;
    if (output.serial !== "") setTab("serial");
    else if (drawn) setTab("screen");
    else if (output.debug !== "") setTab("debug");
  }, [chosen, output, drawn]);

  const mark = (used: boolean) => used && <span className="used" role="img" aria-label={t("console.hasOutput")} />;
  return (
    <Panel title={t("console.title")} className="console">
      <Tabs.Root
        className="tabs"
        value={tab}
        onValueChange={(value) => {
          setTab(value as Tab);
          setChosen(true);
        }}
      >
        <Tabs.List className="tab-list" aria-label={t("console.title")}>
          <Tabs.Trigger className="tab" value="serial">
            {t("console.serial")}
            {mark(output !== null && output.serial !== "")}
          </Tabs.Trigger>
          <Tabs.Trigger className="tab" value="screen">
            {t("console.screen")}
            {mark(drawn)}
          </Tabs.Trigger>
          <Tabs.Trigger className="tab" value="debug">
            {t("console.debug")}
            {mark(output !== null && output.debug !== "")}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content className="tab-content" value="serial">
          <Serial />
        </Tabs.Content>
        <Tabs.Content className="tab-content" value="screen">
          <Suspense>
            <Screen rows={output?.screen ?? []} />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content className="tab-content" value="debug">
          <Terminal port="debug" label={t("console.debug")} hint={t("terminal.debugEmpty")} />
        </Tabs.Content>
      </Tabs.Root>
    </Panel>
  );
}
