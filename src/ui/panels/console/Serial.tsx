import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { input } from "../../engine/run.ts";
import { useUi } from "../../store/store.ts";
import { Output } from "./ConsolePanel.tsx";

/** The serial line: what the guest sent, and a line to send to it. */
export function Serial({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const loaded = useUi((state) => state.run.view !== null);
  const [line, setLine] = useState("");
  const send = async (event: KeyboardEvent): Promise<void> => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    const bytes = [...new TextEncoder().encode(line), 13];
    setLine("");
    for (const byte of bytes) await input(engine, { kind: "serial", byte });
  };
  return (
    <>
      <Output text={text} label={t("console.serial")} hint={t("console.serialEmpty")} />
      <div className="send">
        <input
          className="field mono"
          value={line}
          disabled={!loaded}
          aria-label={t("console.send")}
          placeholder={t("console.sendHint")}
          onChange={(event) => setLine(event.target.value)}
          onKeyDown={(event) => void send(event)}
        />
      </div>
    </>
  );
}
