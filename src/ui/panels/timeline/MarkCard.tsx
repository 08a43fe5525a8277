import { X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventKind, EventView } from "../../../session/types.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { VmxWay } from "../../components/VmxWay.tsx";
import { useEngine } from "../../engine/context.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

/** A mark that was opened: which events, and where on the strip. */
export interface OpenMark {
  readonly index: number;
  readonly count: number;
  readonly kinds: readonly EventKind[];
  /** CSS pixels within the strip. */
  readonly x: number;
  readonly y: number;
}

/** Of many events that lie together, so many are told. */
const TOLD = 3;
/** Events of the log that are looked through for them. */
const LOOKED = 256;

interface Props {
  readonly mark: OpenMark;
  /** The strip that the mark is on: a press there is its own business, and the focus goes back there. */
  readonly strip: HTMLElement | null;
  readonly onClose: () => void;
}

/** Why a mark is there: what happened, the reason, the line, and the way to it. */
export function MarkCard({ mark, strip, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [events, setEvents] = useState<readonly EventView[] | null>(null);
  useEffect(() => {
    let stale = false;
    setEvents(null);
    void engine
      .ask((client) => client.api.events(mark.index, mark.count === 1 ? 1 : LOOKED))
      .then((found) => {
        if (stale) return;
        const fitting = (found ?? []).filter(({ kind }) => mark.kinds.includes(kind));
        setEvents(fitting.slice(0, Math.min(TOLD, mark.count)));
      });
    return () => {
      stale = true;
    };
  }, [engine, mark]);
  return (
    <Popover.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Popover.Anchor asChild>
        <span className="mark-anchor" style={{ left: mark.x, top: mark.y }} />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className="mark-card"
          side="top"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t("timeline.events")}
          onInteractOutside={(event) => {
            if (strip?.contains(event.target as Node)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // This comes a moment after the card has gone: by then another may have the focus.
            if (document.activeElement === document.body) strip?.focus();
          }}
        >
          {mark.count > 1 && <p className="mark-several">{t("lanes.several", { count: mark.count })}</p>}
          {mark.count === 0 || events?.length === 0 ? (
            <p>{t("lanes.noMark")}</p>
          ) : events === null ? (
            <p aria-busy="true">{t("lanes.reading")}</p>
          ) : (
            events.map((event) => <Told key={event.index} event={event} onGo={onClose} />)
          )}
          {mark.count > TOLD && <p className="mark-more">{t("lanes.more")}</p>}
          <Popover.Close className="button icon quiet mark-close" aria-label={t("lanes.close")}>
            <X aria-hidden="true" />
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Told({ event, onGo }: { readonly event: EventView; readonly onGo: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const language = useUi((state) => state.language);
  const { source } = event;
  return (
    <div className="mark-told">
      <p className="mark-title">
        <EventBadge kind={event.kind} /> {words(event.title)}
      </p>
      <p className="mark-reason">{words(event.reason)}</p>
      <p className="mark-place">
        {source !== null && <span className="mono">{t("lanes.source", source)}</span>}
        <span>{t("run.step", { step: count(event.step, language) })}</span>
        <button
          type="button"
          className="button small"
          onClick={() => {
            onGo();
            void seek(engine, event.step);
          }}
        >
          {t("lanes.go")}
        </button>
        <VmxWay event={event} />
      </p>
    </div>
  );
}
