import { ArrowDown, ArrowUp, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { useEngine } from "../../engine/context.ts";
import { inspectNow } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { Choice } from "../facts/SideChoice.tsx";
import { type PatternKind, patternOf } from "./bytes.ts";

interface Props {
  readonly space: AddressSpace;
  readonly size: number;
  readonly address: number;
  onFound(address: number): void;
}

/** Looks for bytes, text or a doubleword from the cursor on, a piece at a time, until found or stopped. */
export function FindBar({ space, size, address, onFound }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [kind, setKind] = useState<PatternKind>("text");
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const [looking, setLooking] = useState(false);
  const search = useRef(0);
  useEffect(() => () => void search.current++, []);

  const find = async (direction: "forward" | "back"): Promise<void> => {
    const pattern = patternOf(kind, text);
    if (pattern === null) {
      setSaid(t(`memory.badPattern.${kind}`));
      return;
    }
    const mine = ++search.current;
    setLooking(true);
    let from: number | null = direction === "forward" ? address + 1 : address - 1;
    if (from < 0 || from >= size) from = null;
    while (from !== null) {
      const asked: number = from;
      const answer = await inspectNow<"find">(engine, { kind: "find", space, from: asked, pattern, direction });
      if (mine !== search.current || answer === undefined) return;
      const { found, next } = answer;
      if (found !== null) {
        setSaid(t("memory.found", { address: hex(found) }));
        setLooking(false);
        onFound(found);
        return;
      }
      if (next !== null) setSaid(t("memory.looking", { address: hex(next) }));
      from = next;
    }
    setLooking(false);
    setSaid(t(direction === "forward" ? "memory.notFound" : "memory.notFoundBack"));
  };
  const stop = (): void => {
    search.current++;
    setLooking(false);
    setSaid("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void find(event.shiftKey ? "back" : "forward");
  };
  return (
    <search className="memory-find">
      <Choice
        label={t("memory.findKind")}
        value={kind}
        onChange={(value) => setKind(value)}
        options={[
          ["text", t("memory.findKinds.text")],
          ["bytes", t("memory.findKinds.bytes")],
          ["dword", t("memory.findKinds.dword")],
        ]}
      />
      <div className="memory-find-line">
        <input
          className="memory-input"
          // biome-ignore lint/a11y/noAutofocus: the reader has just opened this line to type into it
          autoFocus
          aria-label={t("memory.findWhat")}
          placeholder={t(`memory.findPlaceholder.${kind}`)}
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("memory.previous")}
          title={t("memory.previous")}
          onClick={() => void find("back")}
        >
          <ArrowUp aria-hidden="true" />
        </button>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("memory.next")}
          title={t("memory.next")}
          onClick={() => void find("forward")}
        >
          <ArrowDown aria-hidden="true" />
        </button>
        {looking && (
          <button type="button" className="button quiet" onClick={stop}>
            <X aria-hidden="true" /> {t("memory.cancel")}
          </button>
        )}
      </div>
      <p className="memory-said" role="status">
        {said}
      </p>
    </search>
  );
}
