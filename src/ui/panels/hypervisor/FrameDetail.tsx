import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FrameMapping, FramesAnswer } from "../../../session/inspect/hypervisor-frames.ts";
import { useEngine } from "../../engine/context.ts";
import { showWalk } from "../../engine/memory.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { MemoryLink } from "../facts/MemoryLink.tsx";
import { FrameLink } from "./FrameLink.tsx";
import { useOwner } from "./use-owner.ts";

type Detail = NonNullable<NonNullable<FramesAnswer["frames"]>["frame"]>;

interface Props {
  readonly frame: Detail;
  /** The domain whose address space the paging panel walks now, or null. */
  readonly walked: number | null;
  onFrame(frame: number | null): void;
}

/** One frame: what it is, how often it is used, and who maps it. */
export function FrameDetail({ frame, walked, onFrame }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const ownerOf = useOwner();
  const title = t("hypervisor.frames.frame", { frame: hex(frame.frame, 5) });
  const what = [
    ...(frame.purpose === null ? [] : [words(frame.purpose)]),
    ...(frame.image
      ? [frame.label === null ? t("hypervisor.frames.image") : t("hypervisor.frames.imageAt", { label: frame.label })]
      : []),
  ];
  return (
    <section className="hv-detail" aria-label={title} data-frame={frame.frame}>
      <div className="hv-detail-head">
        <p className="hv-detail-title mono">{title}</p>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("hypervisor.frames.close")}
          onClick={() => onFrame(null)}
        >
          <X aria-hidden="true" />
        </button>
      </div>
      <p>
        {ownerOf(frame.owner)} · <strong>{t(`hypervisor.frames.uses.${frame.use}`)}</strong> · <Counts {...frame} />
      </p>
      <p>
        {t("hypervisor.frames.address")} <MemoryLink space="physical" address={(frame.frame * 4096) >>> 0} />
        {frame.page >= 0 &&
          typeof frame.owner === "number" &&
          ` · ${t("hypervisor.frames.ownersPage", { page: hex(frame.page, 4), domain: frame.owner })}`}
      </p>
      {what.length > 0 && <p className="hv-purpose">{what.join(t("hypervisor.comma"))}</p>}
      <p className="hv-mapped">{t("hypervisor.frames.whoMaps")}</p>
      {frame.found.length === 0 ? (
        <p>{t("hypervisor.frames.nobodyMaps")}</p>
      ) : (
        <ul className="hv-mappings">
          {frame.found.map((mapping) => (
            <Mapping key={`${mapping.table} ${mapping.index}`} mapping={mapping} walked={walked} onFrame={onFrame} />
          ))}
          {frame.more && <li>… {t("hypervisor.frames.moreMaps")}</li>}
        </ul>
      )}
    </section>
  );
}

/** How often a frame is used and referred to. */
export function Counts({
  uses,
  references,
  pinned,
  validated,
}: Pick<Detail, "uses" | "references" | "pinned" | "validated">) {
  const { t } = useTranslation();
  return [
    t("hypervisor.frames.used", { count: uses }),
    t("hypervisor.frames.references", { count: references }),
    ...(pinned ? [t("hypervisor.frames.pinned")] : []),
    ...(validated ? [t("hypervisor.frames.validated")] : []),
  ].join(t("hypervisor.comma"));
}

const BITS = [
  [2, "RW"],
  [4, "U"],
  [32, "A"],
  [64, "D"],
] as const;

function Mapping({ mapping, walked, onFrame }: { readonly mapping: FrameMapping } & Pick<Props, "walked" | "onFrame">) {
  const { t } = useTranslation();
  const engine = useEngine();
  const ownerOf = useOwner();
  const { level, index, table, owner, entry, linear } = mapping;
  const bits = ["P", ...BITS.filter(([bit]) => (entry & bit) !== 0).map(([, name]) => name)].join(" ");
  return (
    <li>
      {ownerOf(owner)} · {t(`hypervisor.frames.${level}`, { index, table: "" })}
      <FrameLink frame={table} onFrame={onFrame} /> <span className="mono">{bits}</span>
      {t("hypervisor.comma")}
      {linear === null ? (
        t("hypervisor.frames.notLoaded")
      ) : (
        <>
          {t("hypervisor.frames.at")}{" "}
          {owner === walked ? (
            <button
              type="button"
              className="memory-link mono"
              aria-label={t("hypervisor.frames.walk", { address: hex(linear) })}
              onClick={() => showWalk(engine, linear)}
            >
              {hex(linear)}
            </button>
          ) : (
            <span className="mono">{hex(linear)}</span>
          )}
        </>
      )}
    </li>
  );
}
