import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { useWords } from "../../i18n/index.ts";
import { isEnded } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** In words: what the last step did and why. */
export function Reason({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const words = useWords();
  const ended = useUi(isEnded);
  return (
    <div className="present-reason">
      {view.transition.length === 0 ? (
        <p className="present-quiet">
          {view.step === 0 ? t("present.atStart") : t("present.quiet", { ring: view.physical.cpl })}
        </p>
      ) : (
        view.transition.map((event) => (
          <div key={event.index}>
            <h2>
              <EventBadge kind={event.kind} /> {words(event.title)}
            </h2>
            <p>{words(event.reason)}</p>
          </div>
        ))
      )}
      <p className="present-next">
        {ended ? (
          t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })
        ) : (
          <>
            {t("present.nextInstruction")}:{" "}
            {view.next.text === "hostgate" ? t("stage.gate") : <code>{view.next.text}</code>}
          </>
        )}
      </p>
    </div>
  );
}
