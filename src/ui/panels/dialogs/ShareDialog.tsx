import { Tabs } from "radix-ui";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { ensureLink } from "../../engine/links.ts";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/share.ts";
import { addWords } from "../../i18n/index.ts";
import { SHARE_TABS, type ShareTab } from "../../store/sharing.ts";
import { change, useUi } from "../../store/store.ts";
import { EmbedTab } from "../share/EmbedTab.tsx";
import { ExportTab } from "../share/ExportTab.tsx";
import { LinkTab } from "../share/LinkTab.tsx";
import "../share/share.css";

addWords("share", { en, zh });

const QrTab = lazy(() => import("../share/QrTab.tsx"));

/** The moment on the screen as a link, a QR code, a frame in another page, and as files. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const step = useUi((state) => state.run.view?.step ?? 0);
  const tab = useUi((state) => state.sharing.tab);
  const made = useUi((state) => state.link.made);
  useEffect(() => void ensureLink(engine), [engine]);
  return (
    <Modal
      open
      title={t("share.title")}
      description={t("share.intro", { step: count(step, language) })}
      onClose={onClose}
    >
      <Tabs.Root
        className="share-tabs"
        value={tab}
        onValueChange={(value) =>
          change(engine.store, (draft) => {
            draft.sharing.tab = value as ShareTab;
          })
        }
      >
        <Tabs.List className="tab-list" aria-label={t("share.tabs")}>
          {SHARE_TABS.map((id) => (
            <Tabs.Trigger key={id} className="tab" value={id}>
              {t(`share.tab.${id}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content className="share-part" value="link">
          {made === null ? <NoLink /> : <LinkTab link={made} />}
        </Tabs.Content>
        <Tabs.Content className="share-part" value="qr">
          {made === null ? (
            <NoLink />
          ) : (
            <Suspense>
              <QrTab link={made} />
            </Suspense>
          )}
        </Tabs.Content>
        <Tabs.Content className="share-part" value="embed">
          {made === null ? <NoLink /> : <EmbedTab link={made} />}
        </Tabs.Content>
        <Tabs.Content className="share-part" value="export">
          <ExportTab />
        </Tabs.Content>
      </Tabs.Root>
    </Modal>
  );
}

/** The link is on its way, cannot be had now, or the program is too large for one. */
function NoLink() {
  const { t } = useTranslation();
  const problem = useUi((state) => state.link.problem);
  const language = useUi((state) => state.language);
  const ready = useUi((state) => state.run.status === "ready");
  return <p role="status">{problem !== null ? problem[language] : t(ready ? "share.making" : "share.notNow")}</p>;
}
