import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { input } from "../../engine/run.ts";

const COLUMNS = 80;
/** A character's width in a monospaced font, as a share of its size; measured once the screen is laid out. */
const NARROW = 0.602;

/** The VGA text screen. While it has the focus, keys go to the guest; Tab leaves it. */
export function Screen({ rows }: { readonly rows: readonly string[] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(12);
  const [focused, setFocused] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const resize = (): void => setSize(Math.max(5, Math.min(16, (element.clientWidth - 24) / (COLUMNS * NARROW))));
    const watch = new ResizeObserver(resize);
    watch.observe(element);
    resize();
    return () => watch.disconnect();
  }, []);
  const press = (event: KeyboardEvent, down: boolean): void => {
    // Tab leaves, function keys and combinations stay the page's and the browser's.
    if (event.key === "Tab" || /^F\d+$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.repeat && !down) return;
    event.preventDefault();
    event.stopPropagation();
    void input(engine, { kind: "key", code: event.code, down });
  };
  return (
    <div className="screen-frame" ref={frame}>
      <div
        className={`screen ${focused ? "focused" : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the screen takes the guest's keys
        tabIndex={0}
        role="application"
        aria-label={t("console.screenLabel")}
        aria-describedby="screen-hint"
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => press(event, true)}
        onKeyUp={(event) => press(event, false)}
      >
        <pre style={{ fontSize: size }}>{rows.length === 0 ? " " : rows.join("\n")}</pre>
      </div>
      <p id="screen-hint" className="console-hint">
        {t(focused ? "console.screenFocused" : "console.screenHint")}
      </p>
    </div>
  );
}
