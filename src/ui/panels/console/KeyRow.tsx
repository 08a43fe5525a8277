import { type ChangeEvent, type CompositionEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { strokesOf } from "./keys.ts";

const KEYS = [
  ["Escape", "Esc"],
  ["Tab", "Tab"],
  ["ArrowLeft", "←"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["ArrowRight", "→"],
  ["Backspace", "⌫"],
  ["Enter", "⏎"],
] as const;

interface Props {
  /** Presses and releases a key of the guest's keyboard. */
  readonly onStroke: (code: string, shift: boolean) => void;
}

/** For a reader without a keyboard: keys to tap, and a field whose text is typed to the guest. */
export function KeyRow({ onStroke }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [composing, setComposing] = useState(false);
  const [missing, setMissing] = useState("");
  const type = (typed: string): void => {
    const { strokes, missing: none } = strokesOf(typed);
    for (const { code, shift } of strokes) onStroke(code, shift);
    setMissing(none);
    setText("");
  };
  return (
    <div className="key-row">
      <div className="key-caps">
        {KEYS.map(([code, cap]) => (
          <button
            key={code}
            type="button"
            className="button"
            aria-label={t("terminal.key", { key: t(`terminal.keyName.${code}`) })}
            onClick={() => onStroke(code, false)}
          >
            {cap}
          </button>
        ))}
      </div>
      <input
        className="field mono"
        value={text}
        autoCapitalize="none"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="send"
        aria-label={t("terminal.typeKeys")}
        placeholder={t("terminal.typeKeys")}
        onChange={(event: ChangeEvent<HTMLInputElement>) => {
          if (composing) setText(event.target.value);
          else type(event.target.value);
        }}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={(event: CompositionEvent<HTMLInputElement>) => {
          setComposing(false);
          type(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") onStroke("Enter", false);
          else if (event.key === "Backspace" && text === "") onStroke("Backspace", false);
        }}
      />
      <p className="console-note" role="status">
        {missing === "" ? "" : t("terminal.noKey", { text: missing })}
      </p>
    </div>
  );
}
