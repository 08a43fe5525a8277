import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { VmxWay } from "../../components/VmxWay.tsx";
import { useWords } from "../../i18n/index.ts";

/** In words: what the last step did and why, and what comes next. */
export function TransitionCaption({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const words = useWords();
  const { next } = view;
  const virtual = view.occupants.some((occupant) => occupant.who === "vmm");
  return (
    <div className="caption">
      {view.transition.length === 0 ? (
        <p className="caption-quiet">
          {view.step === 0
            ? t(virtual ? "stage.atStart" : "stage.atStartBare")
            : t("stage.noTransition", { ring: view.physical.cpl })}
        </p>
      ) : (
        <ol className="caption-events">
          {view.transition.map((event) => (
            <li key={event.index}>
              <EventBadge kind={event.kind} />
              <div>
                <p className="caption-title">
                  {words(event.title)}
                  {event.cplBefore !== event.cplAfter && (
                    <span className="caption-rings">
                      {t("stage.ringChange", { from: event.cplBefore, to: event.cplAfter })}
                    </span>
                  )}
                </p>
                <p className="caption-reason">{words(event.reason)}</p>
                <VmxWay event={event} />
              </div>
            </li>
          ))}
        </ol>
      )}
      <p className="caption-next">
        {view.outcome === "running" || view.outcome === "stopped" || view.outcome === "budget" ? (
          <>
            <span>{t("stage.next")}</span> {next.text === "hostgate" ? t("stage.gate") : <code>{next.text}</code>}{" "}
            {next.source !== null && (
              <span className="mono caption-source">
                {next.source.file}:{next.source.line}
              </span>
            )}
            {view.current === "vmm" && next.text !== "hostgate" && (
              <span className="caption-source">{t("stage.vmmCode")}</span>
            )}
          </>
        ) : (
          t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })
        )}
      </p>
    </div>
  );
}
