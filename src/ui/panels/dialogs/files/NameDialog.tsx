import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import type { Engine } from "../../../engine/engine.ts";
import { addFile, renameFile } from "../../../engine/files.ts";
import { renameText, textNames } from "../../../engine/texts.ts";
import type { FileDialog } from "../../../store/documents.ts";
import { useUi } from "../../../store/store.ts";
import { freshName, nameFault } from "../../../store/texts.ts";

/** The name that is there, the names that are taken, and what is done with the new one. */
function taskOf(engine: Engine, about: FileDialog) {
  const { document, drafts } = engine.state;
  const files = document === null ? [] : [document.main, ...Object.keys(document.includes)];
  switch (about.kind) {
    case "add":
      return {
        name: freshName("mine.inc", files),
        taken: files,
        words: ["add", "addHelp", "create"] as const,
        act: (name: string) => addFile(engine, name, ""),
      };
    case "rename-file":
      return {
        name: about.file,
        taken: files.filter((file) => file !== about.file),
        words: ["rename", "renameHelp", "apply"] as const,
        act: (name: string) => renameFile(engine, about.file, name),
      };
    case "rename-text": {
      const name = drafts[about.programId]?.name ?? `${about.programId}.asm`;
      return {
        name,
        taken: textNames(drafts).filter((text) => text !== name),
        words: ["renameText", "renameTextHelp", "apply"] as const,
        act: (next: string) => renameText(engine, about.programId, next),
      };
    }
  }
}

/** Asks for a file's name: of a new one, or another for one that is there. */
export function NameDialog({ onClose }: { readonly onClose: () => void }) {
  const about = useUi((state) => state.documents.about);
  return about === null ? null : <NameForm about={about} onClose={onClose} />;
}

function NameForm({ about, onClose }: { readonly about: FileDialog; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [task] = useState(() => taskOf(engine, about));
  const [name, setName] = useState(task.name);
  const [tried, setTried] = useState(false);
  const field = useId();
  const help = useId();
  const fault = nameFault(name, task.taken);
  const [title, explanation, button] = task.words;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault !== null) return;
    onClose();
    if (about.kind === "add" || name !== task.name) void task.act(name);
  };
  return (
    <Modal open title={t(`files.name.${title}`, { file: task.name })} onClose={onClose}>
      <form className="name-form" onSubmit={submit}>
        <label htmlFor={field}>{t("files.name.label")}</label>
        <input
          id={field}
          className="field mono"
          value={name}
          spellCheck={false}
          autoCapitalize="off"
          aria-describedby={help}
          aria-invalid={tried && fault !== null}
          onFocus={(event) => event.target.setSelectionRange(0, event.target.value.replace(/\.[^.]*$/, "").length)}
          onChange={(event) => setName(event.target.value)}
        />
        <p id={help} className={tried && fault !== null ? "fault" : ""} role="status">
          {tried && fault !== null ? t(`files.name.fault.${fault}`) : t(`files.name.${explanation}`)}
        </p>
        <div className="row answers">
          <button type="submit" className="button primary">
            {t(`files.name.${button}`)}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t("files.name.cancel")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
