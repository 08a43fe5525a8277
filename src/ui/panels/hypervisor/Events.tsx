import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelView, DomainEvents, FarAddress } from "../../../session/inspect/hypervisor.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { count, hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { useChangesWanted } from "../facts/Body.tsx";
import { Legend, Was } from "../facts/Marks.tsx";
import { MemoryLink } from "../facts/MemoryLink.tsx";
import { useBound } from "./use-bound.ts";
import { Waiting } from "./Waiting.tsx";

/** What the hypervisor and its domains share about events and time. */
export function Events() {
  const { t } = useTranslation();
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "hypervisor-events", changes });
  if (!answer?.events) return <Waiting />;
  const { now, before } = answer.events;
  return (
    <Scroller className="hv-body" label={t("common.contentOf", { title: t("hypervisor.tab.events") })}>
      <Legend differs={false} />
      {now.map((events, i) => (
        <DomainSection key={events.domain.id} now={events} before={before?.[i] ?? null} />
      ))}
    </Scroller>
  );
}

interface Props {
  readonly now: DomainEvents;
  readonly before: DomainEvents | null;
}

function DomainSection({ now, before }: Props) {
  const { t } = useTranslation();
  const { id, state, current, privileged } = now.domain;
  const title = t("hypervisor.domain", { id });
  return (
    <section className="hv-domain" aria-label={title} data-domain={id}>
      <p className="fact-heading">{title}</p>
      <p className="fact-note">
        {[
          t(`hypervisor.events.state.${state}`),
          ...(current ? [t("hypervisor.events.current")] : []),
          ...(privileged ? [t("hypervisor.events.privileged")] : []),
        ].join(" · ")}
        {" · "}
        {t("hypervisor.events.sharedInfo", { address: "" })}
        <MemoryLink space="physical" address={now.sharedInfo} />
      </p>
      <SharedInfo now={now} before={before} />
      <Channels now={now} before={before} />
    </section>
  );
}

/** A field: its value, what it was if the last step changed it, and what it says. */
function Field({
  name,
  value,
  was,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly was: string | undefined;
  readonly children?: ReactNode;
}) {
  const changed = was !== undefined && was !== value;
  return (
    <tr data-field={name}>
      <th scope="row" className="mono">
        {name}
      </th>
      <td className={changed ? "fact-changed" : ""}>
        <span className="fact-value">{value}</span>
        <span className="fact-words">{children}</span>
        {changed && <Was value={was} />}
      </td>
    </tr>
  );
}

const bit = (value: boolean) => (value ? "1" : "0");
const far = (address: FarAddress | null) =>
  address === null ? "–" : `${hex(address.selector, 4)}:${hex(address.offset)}`;

function SharedInfo({ now, before }: Props) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const { time, wallClock } = now;
  /** A field's name, its value of one moment, and what it says now. */
  const fields: readonly (readonly [string, (at: DomainEvents) => string, string])[] = [
    [
      "upcall_pending",
      (at) => bit(at.upcallPending),
      t(now.upcallPending ? "hypervisor.events.upcallPending" : "hypervisor.events.noUpcall"),
    ],
    [
      "upcall_mask",
      (at) => bit(at.upcallMask),
      t(now.upcallMask ? "hypervisor.events.masked" : "hypervisor.events.unmasked"),
    ],
    ["pending_sel", (at) => hex(at.pendingSelector), t("hypervisor.events.selector")],
    ["arch.cr2", (at) => hex(at.cr2), t("hypervisor.events.cr2")],
    [
      "time.version",
      (at) => String(at.time.version),
      t((time.version & 1) === 0 ? "hypervisor.events.version" : "hypervisor.events.odd"),
    ],
    ["time.system_time", (at) => count(Number(at.time.system), language), t("hypervisor.events.system")],
    ["time.tsc_timestamp", (at) => count(Number(at.time.tsc), language), t("hypervisor.events.tsc")],
    [
      "tsc_to_system_mul, tsc_shift",
      (at) => `${hex(at.time.multiplier)}, ${at.time.shift}`,
      t("hypervisor.events.scale"),
    ],
    [
      "wc_version, wc_sec, wc_nsec",
      (at) => `${at.wallClock.version}, ${at.wallClock.seconds}, ${at.wallClock.nanoseconds}`,
      `${t("hypervisor.events.wallClock")}: ${new Date(wallClock.seconds * 1000).toISOString().replace(/\.\d+/, "")}`,
    ],
    [
      "set_callbacks: event",
      (at) => far(at.eventCallback),
      t(now.eventCallback === null ? "hypervisor.events.noCallback" : "hypervisor.events.callback"),
    ],
    [
      "set_callbacks: failsafe",
      (at) => far(at.failsafeCallback),
      t(now.failsafeCallback === null ? "hypervisor.events.noCallback" : "hypervisor.events.failsafe"),
    ],
    ["stack_switch", (at) => far(at.kernelStack), t("hypervisor.events.stack")],
    [
      "set_timer_op",
      (at) => (at.timer === null ? "–" : t("hypervisor.events.atTime", { time: count(at.timer, language) })),
      t(now.timer === null ? "hypervisor.events.noTimer" : "hypervisor.events.timer"),
    ],
  ];
  return (
    <table className="facts">
      <caption>{t("hypervisor.events.vcpu", { id: now.domain.id })}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t("hypervisor.events.field")}</th>
          <th scope="col">{t("hypervisor.events.value")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(([name, value, words]) => (
          <Field key={name} name={name} value={value(now)} was={before === null ? undefined : value(before)}>
            {words}
          </Field>
        ))}
        {now.polled.length > 0 && (
          <Field name="sched_op poll" value={now.polled.join(", ")} was={undefined}>
            {t("hypervisor.events.polls", { ports: now.polled.join(", ") })}
          </Field>
        )}
      </tbody>
    </table>
  );
}

function Channels({ now, before }: Props) {
  const { t } = useTranslation();
  const { id } = now.domain;
  const old = new Map(before?.channels.map((channel) => [channel.port, channel]));
  const closed = [...old.keys()].filter((port) => !now.channels.some((channel) => channel.port === port));
  return (
    <>
      {now.channels.length === 0 ? (
        <p className="fact-note">{t("hypervisor.events.noChannels", { id })}</p>
      ) : (
        <table className="facts hv-channels">
          <caption>{t("hypervisor.events.channels", { id })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("hypervisor.events.portColumn")}</th>
              <th scope="col">{t("hypervisor.events.bound")}</th>
              <th scope="col">{t("hypervisor.events.pending")}</th>
              <th scope="col">{t("hypervisor.events.maskedColumn")}</th>
            </tr>
          </thead>
          <tbody>
            {now.channels.map((channel) => (
              <ChannelRow
                key={channel.port}
                channel={channel}
                was={before === null ? undefined : (old.get(channel.port) ?? null)}
              />
            ))}
          </tbody>
        </table>
      )}
      {closed.map((port) => (
        <p key={port} className="fact-note fact-changed">
          {t("hypervisor.events.gone", { port })}
        </p>
      ))}
    </>
  );
}

interface ChannelProps {
  readonly channel: ChannelView;
  /** One step before: null if the port was free, undefined if that is not known. */
  readonly was: ChannelView | null | undefined;
}

function ChannelRow({ channel, was }: ChannelProps) {
  const { t } = useTranslation();
  const bound = useBound();
  const yes = (value: boolean) => t(value ? "hypervisor.events.yes" : "hypervisor.events.no");
  const cell = (value: (of: ChannelView) => string) => {
    const [shown, old] = [value(channel), was ? value(was) : undefined];
    const changed = old !== undefined && old !== shown;
    return (
      <td className={changed || was === null ? "fact-changed" : ""}>
        {shown}
        {changed && <Was value={old} />}
      </td>
    );
  };
  return (
    <tr data-port={channel.port}>
      <th scope="row" className="mono">
        {channel.port}
        {was === null && <span className="fact-was">• {t("hypervisor.events.new")}</span>}
      </th>
      {cell(bound)}
      {cell(({ pending }) => yes(pending))}
      {cell(({ masked }) => yes(masked))}
    </tr>
  );
}
