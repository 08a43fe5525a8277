import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StackAnswer, StackNote, StackSide, StackWord } from "../../../session/inspect/stack.ts";
import type { TrapFrame } from "../../../session/inspect/stack-frames.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { showMemory } from "../../engine/memory.ts";
import { seek } from "../../engine/run.ts";
import { hex, nameOfSize } from "../../format.ts";
import { isIdle } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { Choice } from "../facts/SideChoice.tsx";
import "../facts/facts.css";
import "../memory/words.ts";
import "./stack.css";

const WORDS = 48;
const MORE = 96;
const MOST = 512;
/** Words shown below the top: what has been popped last. */
const BELOW = 4;

/** The words about a stack pointer, with what they are taken for. */
export default function StackPanel() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  const [chosen, setChosen] = useState<StackSide | null>(null);
  const virtualized = view?.occupants.some(({ who }) => who === "vmm") ?? false;
  // While a VMM runs its stack is what the last step is about; the reader's choice wins.
  const side = chosen ?? (view?.current === "vmm" ? "processor" : "guest");
  return (
    <Panel
      title={t("memory.stack.title")}
      className="stack-panel"
      tools={
        virtualized && (
          <Choice
            label={t("memory.stack.side")}
            value={side}
            onChange={(value) => setChosen(value)}
            options={[
              ["guest", t("memory.stack.guest")],
              ["processor", t("memory.stack.processor")],
            ]}
          />
        )
      }
    >
      {view === null ? (
        <div className="empty">
          <p>{t("memory.stack.empty")}</p>
        </div>
      ) : (
        <Stack side={side} />
      )}
    </Panel>
  );
}

function Stack({ side }: { readonly side: StackSide }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(WORDS);
  const { answer } = useInspection({ kind: "stack", side, words, below: BELOW });
  if (answer === null) return <div className="empty" />;
  const { owner, ring, bits, width } = answer;
  return (
    <Scroller className="stack-body" label={t("common.contentOf", { title: t("memory.stack.title") })}>
      <p className="stack-whose">
        <strong className={owner === "vmm" ? "of-vmm" : ""}>
          {owner === "vmm" ? t("memory.stack.ofVmm") : t("memory.stack.ofGuest", { ring })}
        </strong>{" "}
        <span>{t("memory.stack.bits", { bits, width })}</span>
      </p>
      <Calls answer={answer} />
      <table>
        <thead>
          <tr>
            <th scope="col">{t("memory.stack.offset")}</th>
            <th scope="col">{t("memory.stack.value")}</th>
            <th scope="col">{t("memory.stack.meaning")}</th>
          </tr>
        </thead>
        <tbody>
          {answer.words.map((word) => {
            const trap = trapBeginning(word, answer);
            return (
              <Fragment key={word.offset}>
                {trap !== null && <TrapTitle trap={trap} width={width} />}
                <Word word={word} answer={answer} />
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {words < MOST && (
        <button type="button" className="button stack-more" onClick={() => setWords(Math.min(MOST, words + MORE))}>
          {t("memory.stack.more")}
        </button>
      )}
    </Scroller>
  );
}

/** The frame whose first word this is. */
function trapBeginning({ notes }: StackWord, { traps }: StackAnswer): TrapFrame | null {
  const note = notes.find((one) => one.kind === "trap");
  if (note === undefined) return null;
  const trap = traps[note.frame]!;
  return trap.fields[0] === note.field ? trap : null;
}

function Calls({ answer }: { readonly answer: StackAnswer }) {
  const { t } = useTranslation();
  const { calls, side } = answer;
  const engine = useEngine();
  if (calls.length === 0) return null;
  return (
    <details className="stack-calls">
      <summary>
        {t("memory.stack.calls")} ({calls.length})
      </summary>
      <ol>
        {calls.map(({ base, returnTo, place }) => (
          <li key={base}>
            <button
              type="button"
              className="button link mono"
              title={t("memory.stack.inMemory")}
              onClick={() => showMemory(engine, side === "guest" ? "linear" : "host-linear", returnTo)}
            >
              {hex(returnTo)}
            </button>{" "}
            <span className="mono">{place === null ? "" : nameOf(place)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function nameOf({ name, offset }: { readonly name: string; readonly offset: number }): string {
  return offset === 0 ? name : `${name}+${offset.toString(16)}`;
}

function Word({ word, answer }: { readonly word: StackWord; readonly answer: StackAnswer }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { offset, value, before, free, notes, linear } = word;
  const digits = answer.width * 2;
  const top = offset === answer.pointer;
  const trap = notes.find((note) => note.kind === "trap");
  const changed = before !== null && before !== value;
  return (
    <tr className={`${free ? "free" : ""} ${top ? "top" : ""} ${trap ? "of-trap" : ""}`}>
      <th scope="row">
        <button
          type="button"
          className="stack-offset mono"
          aria-label={t("memory.showIn", { name: hex(offset, digits) })}
          onClick={() => showMemory(engine, answer.side === "guest" ? "linear" : "host-linear", linear)}
        >
          {hex(offset, digits)}
        </button>
      </th>
      <td className="mono">
        {value === null ? (
          t("memory.stack.unmapped")
        ) : (
          <span className={changed ? "stack-changed" : ""}>
            {changed && (
              <span className="mark-changed" aria-hidden="true">
                •
              </span>
            )}
            {hex(value, digits)}
            {changed && <span className="visually-hidden"> {t("memory.was", { value: hex(before, digits) })}</span>}
          </span>
        )}
        {changed && (
          <span className="stack-was" aria-hidden="true">
            ← {hex(before, digits)}
          </span>
        )}
      </td>
      <td>
        {top && <span className="stack-top">◀ {t("memory.stack.pointer")} </span>}
        {free && <span className="stack-free">{t("memory.stack.free")}</span>}
        {notes.map((note) => (
          <Note key={note.kind} note={note} width={answer.width} />
        ))}
      </td>
    </tr>
  );
}

function Note({ note, width }: { readonly note: StackNote; readonly width: 2 | 4 }) {
  const { t } = useTranslation();
  switch (note.kind) {
    case "return":
      return (
        <span title={note.call}>
          {note.place === null
            ? t("memory.stack.returnUnnamed")
            : t("memory.stack.returnTo", { place: nameOf(note.place) })}
        </span>
      );
    case "return-segment":
      return <span>{t("memory.stack.returnSegment")}</span>;
    case "saved-ebp":
      return <span>{t("memory.stack.savedEbp", { depth: note.depth })}</span>;
    case "label":
      return <span>{t("memory.stack.label", { name: note.name })}</span>;
    case "trap":
      return <span className="stack-field">{nameOfSize(t(`memory.stack.field.${note.field}`), width)}</span>;
  }
}

const FRAME_OF = {
  protected: "memory.stack.frameOf",
  "virtual-8086": "memory.stack.frameOf8086",
  real: "memory.stack.frameOfReal",
} as const;

/** A line above the first word of a frame: what pushed it, and what it holds. */
function TrapTitle({ trap, width }: { readonly trap: TrapFrame; readonly width: 2 | 4 }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const idle = useUi(isIdle);
  const { step, name, fromRing, mode, fields } = trap;
  const of8086 = mode === "virtual-8086";
  const title =
    name === null
      ? t(of8086 ? "memory.stack.frameReady8086" : "memory.stack.frameReady", { ring: fromRing })
      : t(FRAME_OF[mode], { name, ring: fromRing });
  const text = t("memory.stack.frameFields", {
    title,
    fields: fields.map((field) => nameOfSize(t(`memory.stack.field.${field}`), width)).join(", "),
  });
  return (
    <tr className="stack-trap">
      <td colSpan={3}>
        {step === null ? (
          text
        ) : (
          <button
            type="button"
            className="button link"
            title={t("memory.stack.toStep")}
            onClick={() => idle && void seek(engine, step)}
          >
            {text}
          </button>
        )}
      </td>
    </tr>
  );
}
