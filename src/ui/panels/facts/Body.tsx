import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Scroller } from "../../components/Scroller.tsx";
import { useUi } from "../../store/store.ts";
import "./words.ts";
import "./facts.css";

/** Whether the last step's changes are worth asking for: not while a guest runs flat out. */
export function useChangesWanted(): boolean {
  return useUi((state) => state.run.status !== "running");
}

/** A panel's content that scrolls, or what to say while there is none. */
export function FactBody({
  title,
  ready,
  children,
}: {
  readonly title: string;
  readonly ready: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  if (!loaded || !ready) {
    return (
      <div className="empty">
        <p>{t(loaded ? "system.waiting" : "system.empty")}</p>
      </div>
    );
  }
  return (
    <Scroller className="fact-body" label={t("common.contentOf", { title })}>
      {children}
    </Scroller>
  );
}
