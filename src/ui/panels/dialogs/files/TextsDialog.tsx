import { FolderOpen, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "../../../components/ActionButton.tsx";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import { openProgram } from "../../../engine/documents.ts";
import { deleteText } from "../../../engine/texts.ts";
import { count } from "../../../format.ts";
import { change, useUi } from "../../../store/store.ts";
import { isOwnText } from "../../../store/texts.ts";

/** Every text of the reader's own, to be opened, renamed and deleted. */
export function TextsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const drafts = useUi((state) => state.drafts);
  const open = useUi((state) => (state.document?.kind === "program" ? state.work.programId : null));
  const texts = Object.entries(drafts).filter(([id]) => isOwnText(id));
  return (
    <Modal open title={t("files.texts.title")} description={t("files.texts.intro")} onClose={onClose}>
      {texts.length === 0 ? (
        <p>{t("files.texts.none")}</p>
      ) : (
        <ul className="texts">
          {texts.map(([id, draft]) => {
            const name = draft.name ?? `${id}.asm`;
            return (
              <li key={id}>
                <button
                  type="button"
                  className="button link text-name"
                  aria-label={t("files.texts.open", { name })}
                  aria-current={id === open}
                  onClick={() => {
                    onClose();
                    void openProgram(engine, id);
                  }}
                >
                  <FolderOpen aria-hidden="true" />
                  <span className="mono">{name}</span>
                </button>
                <span className="text-size">
                  {draft.binary === undefined
                    ? t("files.texts.bytes", { size: count(draft.text.length, language) })
                    : t("files.texts.binary")}
                  {id === open && ` · ${t("files.texts.now")}`}
                </span>
                <button
                  type="button"
                  className="button icon quiet"
                  aria-label={t("files.texts.rename", { name })}
                  onClick={() =>
                    change(engine.store, (state) => {
                      state.documents.about = { kind: "rename-text", programId: id };
                      state.dialog = "file";
                    })
                  }
                >
                  <Pencil aria-hidden="true" />
                </button>
                <button
                  type="button"
                  className="button icon quiet"
                  aria-label={t("files.texts.remove", { name })}
                  onClick={() => {
                    onClose();
                    void deleteText(engine, id);
                  }}
                >
                  <Trash2 aria-hidden="true" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <div className="row answers">
        <ActionButton id="newFromTemplate" look="label" />
        <ActionButton id="openLocal" look="label" />
      </div>
    </Modal>
  );
}
