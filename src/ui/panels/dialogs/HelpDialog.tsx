import { useTranslation } from "react-i18next";
import type { EventKind, Occupant } from "../../../session/types.ts";
import { actions } from "../../actions/index.ts";
import { keysOf } from "../../actions/keys.ts";
import type { ActionGroup } from "../../actions/types.ts";
import { useActionWords } from "../../actions/words.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { Keys } from "../../components/Keys.tsx";
import { Modal } from "../../components/Modal.tsx";
import { Who } from "../../components/Who.tsx";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { showPanel } from "../../layout/handle.ts";
import { change, useUi } from "../../store/store.ts";

const GROUPS: readonly ActionGroup[] = ["run", "back", "program", "view", "panel"];
const VERB_GROUPS = ["move", "back", "stops", "state", "memory", "tables", "program", "line"] as const;
const WHO: readonly Occupant["who"][] = ["vmm", "guest-kernel", "guest-user"];

/** Every action with its keys, the verbs of the command line, and what the signs on the page mean. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useActionWords();
  const own = useUi((state) => state.keys);
  return (
    <Modal open title={t("time.help.title")} description={t("time.help.intro")} onClose={onClose}>
      <p className="help-note">
        {t("time.help.keysIntro")}{" "}
        <button
          type="button"
          className="button link"
          onClick={() =>
            change(engine.store, (draft) => {
              draft.dialog = "keys";
            })
          }
        >
          {t("time.help.change")}
        </button>
      </p>
      {GROUPS.map((group) => (
        <section key={group} className="help-group">
          <h3>{t(`time.help.group.${group}`)}</h3>
          <dl>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <div key={action.id}>
                  <dt>
                    {words(action.id).label} <Keys keys={keysOf(action, own)} />
                  </dt>
                  <dd>{words(action.id).help}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <Verbs onClose={onClose} />
      <Signs />
      <section className="help-group">
        <h3>{t("time.help.elsewhere")}</h3>
        <ul>
          <li>{t("time.help.timeline")}</li>
          <li>{t("time.help.screen")}</li>
          <li>{t("time.help.editorTab")}</li>
          <li>{t("time.help.reload")}</li>
          <li>{t("time.help.escape")}</li>
        </ul>
      </section>
    </Modal>
  );
}

function Verbs({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const verbs = useUi((state) => state.facts?.verbs) ?? [];
  return (
    <section className="help-group">
      <h3>{t("time.help.commands")}</h3>
      <p className="help-note">
        {t("time.help.commandsIntro", { panel: t("app.panel.commands") })}{" "}
        <button
          type="button"
          className="button link"
          onClick={() => {
            onClose();
            showPanel(engine, "commands", true);
          }}
        >
          {t("time.help.openCommands")}
        </button>
      </p>
      {VERB_GROUPS.map((group) => (
        <section key={group} aria-label={t(`time.help.verbGroup.${group}`)}>
          <h4>{t(`time.help.verbGroup.${group}`)}</h4>
          <dl>
            {verbs
              .filter((verb) => verb.group === group)
              .map((verb) => (
                <div key={verb.names.join()}>
                  <dt>
                    <code>{verb.usage}</code>
                  </dt>
                  <dd>{words(verb.words)}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </section>
  );
}

function Signs() {
  const { t } = useTranslation();
  const words = useWords();
  const kinds = useUi((state) => state.facts?.eventKinds);
  return (
    <section className="help-group">
      <h3>{t("time.help.signs")}</h3>
      <h4>{t("time.help.signsWho")}</h4>
      <ul className="help-signs">
        {WHO.map((who) => (
          <li key={who}>
            <Who who={who} /> {t(`who.${who}`)}
          </li>
        ))}
      </ul>
      <h4>{t("time.help.signsEvents")}</h4>
      <dl>
        {Object.entries(kinds ?? {}).map(([kind, fact]) => (
          <div key={kind}>
            <dt>
              <EventBadge kind={kind as EventKind} /> {words(fact)}
            </dt>
            <dd>{words(fact.help)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
