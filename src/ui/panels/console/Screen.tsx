import { Copy, Lightbulb, Scaling } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { input } from "../../engine/run.ts";
import { useMedia } from "../../theme.ts";
import { KeyRow } from "./KeyRow.tsx";
import { ScreenPicture } from "./ScreenPicture.tsx";

/** Two presses of Escape within this time leave the screen, in milliseconds. */
const LEAVE_MS = 700;

/** The VGA text screen. While it has the focus, keys go to the guest; Tab, or Escape twice, leaves it. */
export default function Screen({ rows }: { readonly rows: readonly string[] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const touch = useMedia("(pointer: coarse)");
  const [focused, setFocused] = useState(false);
  const [whole, setWhole] = useState(false);
  const reduced = useMedia("(prefers-reduced-motion: reduce)");
  const [still, setStill] = useState(reduced);
  const { answer: screen } = useInspection({ kind: "screen" });
  const down = useRef(new Set<string>());
  const escaped = useRef(Number.NEGATIVE_INFINITY);
  const after = useRef<HTMLButtonElement>(null);

  const send = (code: string, pressed: boolean): void => {
    if (pressed) down.current.add(code);
    else down.current.delete(code);
    void input(engine, { kind: "key", code, down: pressed });
  };
  const release = (): void => {
    for (const code of [...down.current]) send(code, false);
  };
  const onKey = (event: KeyboardEvent, pressed: boolean): void => {
    // Tab leaves, function keys and combinations stay the page's and the browser's.
    if (event.key === "Tab" || /^F\d+$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "" || (!pressed && !down.current.has(event.code))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape" && pressed && !event.repeat) {
      const twice = event.timeStamp - escaped.current < LEAVE_MS;
      escaped.current = event.timeStamp;
      if (twice) {
        after.current?.focus();
        return;
      }
    }
    send(event.code, pressed);
  };
  const stroke = (code: string, shift: boolean): void => {
    if (shift) send("ShiftLeft", true);
    send(code, true);
    send(code, false);
    if (shift) send("ShiftLeft", false);
  };
  useEffect(() => setStill(reduced), [reduced]);
  const text = rows.map((row) => row.trimEnd()).join("\n");

  return (
    <div className="screen-frame">
      <div className="screen-head">
        <p id="screen-hint" className={`screen-hint ${focused ? "focused" : ""}`}>
          {t(focused ? "console.screenFocused" : "console.screenHint")}
        </p>
        <Tool label={t("terminal.fullSize")} pressed={whole} onPress={() => setWhole((now) => !now)} ref={after}>
          <Scaling aria-hidden="true" />
        </Tool>
        <Tool label={t("terminal.blinking")} pressed={!still} onPress={() => setStill((now) => !now)}>
          <Lightbulb aria-hidden="true" />
        </Tool>
        <Tool label={t("terminal.copyScreen")} onPress={() => void engine.around.copy(text)}>
          <Copy aria-hidden="true" />
        </Tool>
      </div>
      <div
        className={`screen ${focused ? "focused" : ""} ${whole ? "whole" : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the screen takes the guest's keys
        tabIndex={0}
        role="application"
        aria-label={t("console.screenLabel")}
        aria-describedby="screen-hint"
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          release();
        }}
        onKeyDown={(event) => onKey(event, true)}
        onKeyUp={(event) => onKey(event, false)}
      >
        {screen === null ? <div className="screen-blank" /> : <ScreenPicture screen={screen} still={still} />}
        <pre className="visually-hidden">{text}</pre>
      </div>
      {touch && <KeyRow onStroke={stroke} />}
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly pressed?: boolean;
  readonly onPress: () => void;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children: ReactNode;
}

function Tool({ label, pressed, onPress, ref, children }: ToolProps) {
  return (
    <button
      ref={ref}
      type="button"
      className="button icon quiet"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
