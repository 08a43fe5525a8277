import { useTranslation } from "react-i18next";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import { openText } from "../../../engine/texts.ts";
import { TEMPLATES, templateText } from "../../../templates/index.ts";

/** Whole guests to begin with. */
export function TemplatesDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  return (
    <Modal open title={t("files.templates.title")} description={t("files.templates.intro")} onClose={onClose}>
      <ul className="templates">
        {TEMPLATES.map((id) => (
          <li key={id}>
            <button
              type="button"
              className="template"
              onClick={() => {
                onClose();
                void templateText(id).then((text) => openText(engine, { text, includes: null, name: `${id}.asm` }));
              }}
            >
              <strong>{t(`files.templates.${id}.title`)}</strong>
              <span>{t(`files.templates.${id}.about`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
