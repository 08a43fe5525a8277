import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useUi } from "../../store/store.ts";
import "./console.css";
import { Screen } from "./Screen.tsx";
import { Serial } from "./Serial.tsx";

type Tab = "serial" | "screen" | "debug";

/** What the guest shows and is told: serial line, VGA screen, debug port. */
export function ConsolePanel() {
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
          <Serial text={output?.serial ?? ""} />
        </Tabs.Content>
        <Tabs.Content className="tab-content" value="screen">
          <Screen rows={output?.screen ?? []} />
        </Tabs.Content>
        <Tabs.Content className="tab-content" value="debug">
          <Output text={output?.debug ?? ""} label={t("console.debug")} hint={t("console.debugEmpty")} />
        </Tabs.Content>
      </Tabs.Root>
    </Panel>
  );
}

/** Text that grows: it stays at its end. */
export function Output({
  text,
  label,
  hint,
}: {
  readonly text: string;
  readonly label: string;
  readonly hint: string;
}) {
  if (text === "") return <p className="console-hint">{hint}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="output" tabIndex={0} role="log" aria-label={label}>
      <pre>{text}</pre>
    </div>
  );
}
