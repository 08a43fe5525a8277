import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { input } from "../../engine/run.ts";
import { useUi } from "../../store/store.ts";
import { Terminal } from "./Terminal.tsx";

const CR = 13;

/** The serial line: what the guest sent, and a line to send to it. */
export function Serial() {
  const { t } = useTranslation();
  const engine = useEngine();
  const loaded = useUi((state) => state.run.view !== null);
  const [line, setLine] = useState("");
  const send = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    // Not one after the other: a guest that wakes and goes on running must not keep the rest of the line waiting.
    for (const byte of [...new TextEncoder().encode(line), CR]) void input(engine, { kind: "serial", byte });
    setLine("");
  };
  return (
    <Terminal port="serial" label={t("console.serial")} hint={t("terminal.serialEmpty")}>
      <input
        className="field mono"
        value={line}
        disabled={!loaded}
        aria-label={t("terminal.send")}
        placeholder={t("terminal.sendHint")}
        onChange={(event) => setLine(event.target.value)}
        onKeyDown={send}
      />
    </Terminal>
  );
}
