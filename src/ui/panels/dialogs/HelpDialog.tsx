import { useTranslation } from "react-i18next";
import { actions } from "../../actions/index.ts";
import type { ActionGroup } from "../../actions/types.ts";
import { Keys } from "../../components/Keys.tsx";
import { Modal } from "../../components/Modal.tsx";

const GROUPS: readonly ActionGroup[] = ["run", "back", "program", "view"];

/** Every action with its keys, and what the signs on the page mean. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t("help.title")} description={t("help.intro")} onClose={onClose}>
      {GROUPS.map((group) => (
        <section key={group} className="help-group">
          <h3>{t(`help.group.${group}`)}</h3>
          <dl>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <div key={action.id}>
                  <dt>
                    {t(`action.${action.id}.label`)} <Keys keys={action.keys} />
                  </dt>
                  <dd>{t(`action.${action.id}.help`)}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <section className="help-group">
        <h3>{t("help.elsewhere")}</h3>
        <ul>
          <li>{t("help.timeline")}</li>
          <li>{t("help.screen")}</li>
          <li>{t("help.editorTab")}</li>
          <li>{t("help.reload")}</li>
        </ul>
      </section>
    </Modal>
  );
}
