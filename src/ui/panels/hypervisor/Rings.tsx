import { useTranslation } from "react-i18next";
import type { GrantMapRow, GrantRow, RingFlow, RingView } from "../../../session/inspect/hypervisor.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { FrameLink } from "./FrameLink.tsx";
import { RingPicture } from "./RingPicture.tsx";
import { useBound } from "./use-bound.ts";
import { Waiting } from "./Waiting.tsx";

interface Props {
  onFrame(frame: number): void;
}

/** The rings that domains share, and the grants behind them. */
export function Rings({ onFrame }: Props) {
  const { t } = useTranslation();
  const { answer } = useInspection({ kind: "hypervisor-rings" });
  if (!answer?.rings) return <Waiting />;
  const { rings, grants, mapped } = answer.rings;
  return (
    <Scroller className="hv-body" label={t("common.contentOf", { title: t("hypervisor.tab.rings") })}>
      {rings.length === 0 && <p className="fact-note">{t("hypervisor.rings.none")}</p>}
      {rings.map((ring) => (
        <Ring key={`${ring.domain} ${ring.device} ${ring.frame}`} ring={ring} onFrame={onFrame} />
      ))}
      <Grants grants={grants} onFrame={onFrame} />
      <Mapped mapped={mapped} onFrame={onFrame} />
    </Scroller>
  );
}

function Ring({ ring, onFrame }: Props & { readonly ring: RingView }) {
  const { t } = useTranslation();
  const bound = useBound();
  const { device, domain, frame, grant, port, channel, state, flows, fields } = ring;
  const title = t("hypervisor.rings.of", { device: t(`hypervisor.rings.device.${device}`), domain });
  return (
    <section className="hv-ring" aria-label={title} data-ring={device}>
      <p className="fact-heading">{title}</p>
      <p className="fact-note">
        {t("hypervisor.rings.frame")} <FrameLink frame={frame} onFrame={onFrame} />
        {grant !== null && ` · ${t("hypervisor.rings.grant", { grant })}`}
        {" · "}
        {channel === null ? t("hypervisor.rings.noPort") : t("hypervisor.rings.port", { port, bound: bound(channel) })}
        {channel?.pending && ` (${t("hypervisor.events.pending")})`}
        {state !== null && ` · ${t(`hypervisor.rings.${state}`)}`}
      </p>
      {flows.map((flow) => (
        <Flow key={flow.name} flow={flow} />
      ))}
      {fields.length > 0 && (
        <p className="fact-note mono">{fields.map(({ name, value }) => `${name} ${value}`).join(" · ")}</p>
      )}
    </section>
  );
}

function Flow({ flow }: { readonly flow: RingFlow }) {
  const { t } = useTranslation();
  const { name, size, produced, consumed, fields, unit, waiting, done } = flow;
  const many = (produced - consumed) >>> 0;
  const known = name === "out" || name === "in" || name === "requests";
  return (
    <div className="hv-flow" data-flow={name}>
      <RingPicture flow={flow} />
      <div>
        <p className="hv-flow-name">{known ? t(`hypervisor.rings.flow.${name}`) : name}</p>
        <p className="mono">
          {fields[0]} {produced >>> 0} · {fields[1]} {consumed >>> 0}
        </p>
        <p className={many > size ? "hv-bad" : ""}>
          {many > size
            ? t("hypervisor.rings.overrun", { count: many })
            : t(`hypervisor.rings.${unit}Waiting`, { count: many, size })}
        </p>
        <Lines title={t("hypervisor.rings.waiting")} lines={waiting} />
        <Lines title={t("hypervisor.rings.done")} lines={done} />
      </div>
    </div>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <dl className="hv-lines">
      <dt>{title}</dt>
      {lines.map((line) => (
        <dd key={line} className="mono">
          {line}
        </dd>
      ))}
    </dl>
  );
}

function Grants({ grants, onFrame }: Props & { readonly grants: readonly GrantRow[] }) {
  const { t } = useTranslation();
  if (grants.length === 0) return <p className="fact-note">{t("hypervisor.rings.noGrants")}</p>;
  return (
    <div className="hv-wide">
      <table className="facts hv-grants">
        <caption>{t("hypervisor.rings.grants")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("hypervisor.rings.granter")}</th>
            <th scope="col">{t("hypervisor.rings.reference")}</th>
            <th scope="col">{t("hypervisor.rings.to")}</th>
            <th scope="col">{t("hypervisor.rings.frameColumn")}</th>
            <th scope="col">{t("hypervisor.rings.access")}</th>
            <th scope="col">{t("hypervisor.rings.inUse")}</th>
          </tr>
        </thead>
        <tbody>
          {grants.map(({ granter, reference, domain, frame, readOnly, readers, writers }) => (
            <tr key={`${granter} ${reference}`} data-grant={`${granter}/${reference}`}>
              <td>{t("hypervisor.domain", { id: granter })}</td>
              <td className="mono">{reference}</td>
              <td>{t("hypervisor.domain", { id: domain })}</td>
              <td>
                <FrameLink frame={frame} onFrame={onFrame} />
              </td>
              <td>{t(readOnly ? "hypervisor.rings.readOnly" : "hypervisor.rings.readWrite")}</td>
              <td>
                {[
                  ...(readers > 0 ? [t("hypervisor.rings.readers", { count: readers })] : []),
                  ...(writers > 0 ? [t("hypervisor.rings.writers", { count: writers })] : []),
                ].join(t("hypervisor.comma")) || t("hypervisor.rings.unused")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Mapped({ mapped, onFrame }: Props & { readonly mapped: readonly GrantMapRow[] }) {
  const { t } = useTranslation();
  if (mapped.length === 0) return <p className="fact-note">{t("hypervisor.rings.noneMapped")}</p>;
  return (
    <div className="hv-wide">
      <table className="facts hv-grants">
        <caption>{t("hypervisor.rings.mapped")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("hypervisor.rings.by")}</th>
            <th scope="col">{t("hypervisor.rings.handle")}</th>
            <th scope="col">{t("hypervisor.rings.granter")}</th>
            <th scope="col">{t("hypervisor.rings.frameColumn")}</th>
            <th scope="col">{t("hypervisor.rings.where")}</th>
            <th scope="col">{t("hypervisor.rings.access")}</th>
          </tr>
        </thead>
        <tbody>
          {mapped.map(({ domain, handle, granter, reference, frame, address, readOnly }) => (
            <tr key={`${domain} ${handle}`} data-mapped={`${domain}/${handle}`}>
              <td>{t("hypervisor.domain", { id: domain })}</td>
              <td className="mono">{handle}</td>
              <td>
                {t("hypervisor.domain", { id: granter })}, <span className="mono">{reference}</span>
              </td>
              <td>
                <FrameLink frame={frame} onFrame={onFrame} />
              </td>
              <td className="mono">{hex(address)}</td>
              <td>{t(readOnly ? "hypervisor.rings.readOnly" : "hypervisor.rings.readWrite")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
