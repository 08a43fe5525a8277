import type { TFunction } from "i18next";
import { PencilLine, Undo2 } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordedEdit } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { removeEdit } from "../../engine/memory.ts";
import { seek } from "../../engine/run.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { isIdle } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import "./words.ts";
import "./memory.css";

/** The edits of this run, each of which can be gone to and taken back. Not there while there is none. */
export function Edits() {
  const { t } = useTranslation();
  const engine = useEngine();
  const idle = useUi(isIdle);
  const edits = useEdits();
  const nameOfOption = useOptionNames();
  if (edits.length === 0) return null;
  return (
    <Popover.Root>
      <Popover.Trigger className="button quiet" data-action="edits">
        <PencilLine aria-hidden="true" /> {t("memory.edits")} ({edits.length})
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="memory-edits"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("memory.editsTitle")}
        >
          <h3>{t("memory.editsTitle")}</h3>
          <p>{t("memory.editsHelp")}</p>
          <ol>
            {edits.map((one, index) => {
              const what = nameOf(one, nameOfOption);
              const { step } = one;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: an edit is known by its place in the recording
                <li key={index}>
                  <span className="mono">{t("memory.editOf", { what, value: contentOf(one, t) })}</span>
                  {step === null ? (
                    <span>{t("memory.notYet")}</span>
                  ) : (
                    <button type="button" className="button link" onClick={() => void seek(engine, step)}>
                      {t("memory.atStep", { step })}
                    </button>
                  )}
                  <button
                    type="button"
                    className="button icon quiet"
                    aria-label={t("memory.removeEdit", { what })}
                    title={t("memory.removeEdit", { what })}
                    aria-disabled={!idle}
                    onClick={() => void removeEdit(engine, index)}
                  >
                    <Undo2 aria-hidden="true" />
                  </button>
                </li>
              );
            })}
          </ol>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Names of the switches of the strategy that runs. */
function useOptionNames(): (id: string) => string {
  const strategy = useUi((state) => state.run.view?.strategy ?? state.work.strategy);
  const facts = useUi((state) => state.facts);
  const words = useWords();
  return (id) => {
    const option = facts?.strategies.find((fact) => fact.id === strategy)?.options.find((each) => each.id === id);
    return option === undefined ? id : words(option.name);
  };
}

function nameOf({ event }: RecordedEdit, nameOfOption: (id: string) => string): string {
  if (event.kind === "set-option") return nameOfOption(event.option);
  return event.kind === "set-register" ? event.name.toUpperCase() : `[${hex(event.address)}]`;
}

function contentOf({ event }: RecordedEdit, t: TFunction): string {
  if (event.kind === "set-option") return t(event.on ? "memory.turnedOn" : "memory.turnedOff");
  if (event.kind === "set-register") return hex(event.value);
  const shown = event.bytes.slice(0, 8).map((byte) => hex(byte, 2));
  return shown.join(" ") + (event.bytes.length > 8 ? " …" : "");
}

/** The edits as the session has them, read again whenever the recording may have changed. */
function useEdits(): readonly RecordedEdit[] {
  const engine = useEngine();
  const version = useUi((state) => state.run.logVersion);
  const there = useUi((state) => state.run.view !== null);
  const [edits, setEdits] = useState<readonly RecordedEdit[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when to ask again
  useEffect(() => {
    let dropped = false;
    if (!there) setEdits([]);
    else {
      void engine
        .ask((client) => client.api.edits())
        .then((answer) => {
          if (!dropped && answer !== undefined) setEdits(answer);
        });
    }
    return () => {
      dropped = true;
    };
  }, [engine, version, there]);
  return edits;
}
