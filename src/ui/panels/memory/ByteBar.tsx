import { CornerDownRight, History, Pencil } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MemoryAnswer, WrittenByte } from "../../../session/inspect/memory.ts";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { useEngine } from "../../engine/context.ts";
import { edit, showMemory, toLastWrite } from "../../engine/memory.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { isIdle } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { charOf, editedBytes, isPrinted } from "./bytes.ts";

interface Props {
  readonly space: AddressSpace;
  readonly address: number;
  /** The bytes at the cursor, at least four where there are as many. */
  readonly answer: MemoryAnswer | null;
  /** What has been typed into the listing to begin an edit with; null: nothing is being edited. */
  readonly editing: string | null;
  onEditing(text: string | null): void;
}

/** The byte that the cursor is on: what it is, where it lies, who wrote it, and a way to change it. */
export function ByteBar({ space, address, answer, editing, onEditing }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const idle = useUi(isIdle);
  const notice = useUi((state) => state.memory.notice);
  const part = answer?.parts[0];
  const at = answer?.address === address ? answer : null;
  if (at === null || part === undefined) return <div className="memory-byte-bar" />;
  if (part.physical === null) {
    return (
      <div className="memory-byte-bar">
        <p>{t("memory.notThere", { address: hex(address) })}</p>
      </div>
    );
  }
  const { bytes, symbol } = at;
  const little = (size: number) => bytes.subarray(0, size).reduce((value, byte, i) => value + byte * 256 ** i, 0);
  const written = at.written.find((one) => one.address === address);
  const { physical, guestPhysical } = part;
  return (
    <div className="memory-byte-bar">
      <p className="memory-byte-place">
        <strong className="mono">{hex(address)}</strong>
        {symbol !== null && (
          <span className="mono">
            {symbol.name}
            {symbol.offset > 0 && `+${symbol.offset.toString(16)}`}
          </span>
        )}
        {space !== "physical" && <span>{t("memory.hostAt", { address: hex(physical) })}</span>}
        {space !== "guest-physical" && guestPhysical !== null && (
          <span>{t("memory.guestAt", { address: hex(guestPhysical) })}</span>
        )}
      </p>
      <dl className="memory-values">
        <div>
          <dt>{t("memory.byte")}</dt>
          <dd data-testid="memory-byte">
            {[hex(bytes[0]!, 2), bytes[0], charOf(bytes[0]!)].slice(0, isPrinted(bytes[0]!) ? 3 : 2).join(" · ")}
          </dd>
        </div>
        {bytes.length >= 4 && (
          <>
            <div>
              <dt>{t("memory.word")}</dt>
              <dd>{hex(little(2), 4)}</dd>
            </div>
            <div>
              <dt>{t("memory.dword")}</dt>
              <dd>{hex(little(4))}</dd>
            </div>
          </>
        )}
      </dl>
      {written !== undefined && <WrittenBy answer={at} written={written} now={bytes[0]!} />}
      {notice !== null && (
        <p className="memory-said" role="status">
          {words(notice)}
        </p>
      )}
      {editing === null ? (
        <div className="memory-byte-actions">
          <button
            type="button"
            className="button"
            aria-disabled={!idle}
            title={t("memory.whoWroteHelp")}
            data-action="memory-who"
            onClick={() => idle && void toLastWrite(engine, physical)}
          >
            <History aria-hidden="true" /> {t("memory.whoWrote")}
          </button>
          <button
            type="button"
            className="button"
            aria-disabled={!idle || guestPhysical === null}
            title={guestPhysical === null ? t("memory.notGuests") : undefined}
            onClick={() => idle && guestPhysical !== null && onEditing(hex(bytes[0]!, 2))}
          >
            <Pencil aria-hidden="true" /> {t("memory.edit")}
          </button>
          {bytes.length >= 4 && (
            <button type="button" className="button" onClick={() => showMemory(engine, space, little(4), false)}>
              <CornerDownRight aria-hidden="true" /> {t("memory.pointer")}
            </button>
          )}
        </div>
      ) : (
        <EditLine address={address} guestPhysical={guestPhysical} text={editing} onDone={() => onEditing(null)} />
      )}
    </div>
  );
}

/** Says who wrote the byte, if the last step did. */
function WrittenBy({
  answer,
  written: { before, edited },
  now,
}: {
  readonly answer: MemoryAnswer;
  readonly written: WrittenByte;
  readonly now: number;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const { actor } = answer;
  const said = (): string => {
    if (edited || actor === null) return t("memory.editedByHand");
    const who = t(`memory.who.${actor.who}`, { ring: actor.ring });
    const text = actor.text !== "" ? actor.text : actor.did === null ? "" : words(actor.did);
    return text === "" ? t("memory.writtenBy", { who }) : t("memory.writtenByCode", { who, text });
  };
  return (
    <p className="memory-written" role="status">
      <span className="mark-changed" aria-hidden="true">
        •
      </span>
      {said()} {before === now ? t("memory.writtenSame") : t("memory.writtenWas", { value: hex(before, 2) })}
    </p>
  );
}

interface EditProps {
  readonly address: number;
  readonly guestPhysical: number | null;
  readonly text: string;
  onDone(): void;
}

function EditLine({ address, guestPhysical, text, onDone }: EditProps) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const [typed, setTyped] = useState(text);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current;
    input?.focus();
    // A digit typed in the listing begins the new value; else the old one is to be replaced.
    if (text.length !== 1) input?.select();
  }, [text]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const bytes = editedBytes(typed);
    if (guestPhysical === null) setProblem(t("memory.notGuests"));
    else if (bytes === null) setProblem(t("memory.badBytes"));
    else {
      const outcome = await edit(engine, { kind: "set-memory", address: guestPhysical, bytes });
      if (!outcome.ok) setProblem(outcome.words === null ? "" : words(outcome.words));
      else {
        change(engine.store, (draft) => {
          draft.memory.notice = outcome.words;
        });
        onDone();
      }
    }
  };
  return (
    <form className="memory-edit" onSubmit={(event) => void submit(event)}>
      <input
        ref={field}
        className="memory-input"
        aria-label={t("memory.editField", { address: hex(address) })}
        aria-invalid={problem !== ""}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }}
      />
      <button type="submit" className="button primary">
        {t("memory.set")}
      </button>
      <button type="button" className="button" onClick={onDone}>
        {t("memory.discard")}
      </button>
      <p className="memory-problem" role="alert">
        {problem}
      </p>
    </form>
  );
}
