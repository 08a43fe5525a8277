import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { VmcsAnswer } from "../../../session/inspect/vmx-vmcs.ts";
import type { VmxWalkAnswer, VmxWalkAsk, WalkReference, WalkTlb } from "../../../session/inspect/vmx-walk.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";
import type { VmxState } from "../../store/vmx.ts";
import { MemoryLink } from "../facts/MemoryLink.tsx";
import { Choice } from "../facts/SideChoice.tsx";
import { parseAddress } from "../paging/address.ts";
import { Waiting } from "./links.tsx";
import { WalkGrid } from "./WalkGrid.tsx";

type Found = NonNullable<VmxWalkAnswer["walk"]>;
type Space = VmxWalkAsk["space"];
type Access = VmxWalkAsk["access"];

/** CS among the segment registers of a view. */
const CS = 1;

/** Where the guest of the VMCS goes on: by the processor while it runs, else by what the VMCS has saved. */
function useNext({ operation, groups }: VmcsAnswer): number {
  const running = useUi(({ run: { view } }) =>
    view === null ? 0 : (view.guest.segments[CS]!.base + view.guest.eip) >>> 0,
  );
  if (operation === "non-root") return running;
  const saved = (name: string) => groups.flatMap(({ rows }) => rows).find((row) => row.name === name)?.value ?? 0;
  return (saved("guestCsBase") + saved("guestRip")) >>> 0;
}

/** The two-dimensional walk of an address: every reference to memory, in order. */
export function Walk({ answer: vmcs }: { readonly answer: VmcsAnswer }) {
  const { t } = useTranslation();
  const next = useNext(vmcs);
  const engine = useEngine();
  const { address, space, access, user } = useUi((state) => state.vmx.walk);
  const set = (walk: Partial<VmxState["walk"]>): void =>
    change(engine.store, (draft) => {
      Object.assign(draft.vmx.walk, walk);
    });
  const field = useId();
  const text = address ?? hex(next);
  const parsed = parseAddress(text);
  const { answer } = useInspection(parsed === null ? null : { kind: "vmx-walk", address: parsed, space, access, user });
  return (
    <>
      <div className="vmx-bar">
        <label htmlFor={field}>{t("vmx.walk.address")}</label>
        <input
          id={field}
          className="field mono vmx-address"
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={parsed === null}
          aria-describedby={parsed === null ? `${field}-bad` : undefined}
          onChange={(event) => set({ address: event.target.value })}
        />
        <Choice<Space>
          label={t("vmx.walk.space")}
          value={space}
          onChange={(wanted) => set({ space: wanted })}
          options={[
            ["linear", t("vmx.walk.linear")],
            ["guest-physical", t("vmx.walk.physical")],
          ]}
        />
        <Choice<Access>
          label={t("vmx.walk.access")}
          value={access}
          onChange={(wanted) => set({ access: wanted })}
          options={[
            ["read", t("vmx.walk.read")],
            ["write", t("vmx.walk.write")],
            ["execute", t("vmx.walk.execute")],
          ]}
        />
        <Choice<"supervisor" | "user">
          label={t("vmx.walk.mode")}
          value={user ? "user" : "supervisor"}
          onChange={(wanted) => set({ user: wanted === "user" })}
          options={[
            ["supervisor", t("vmx.walk.supervisor")],
            ["user", t("vmx.walk.user")],
          ]}
        />
        {parsed === null && (
          <p id={`${field}-bad`} className="vmx-wrong" role="alert">
            {t("vmx.walk.bad")}
          </p>
        )}
      </div>
      {parsed !== null && answer === null ? (
        <Waiting />
      ) : (
        answer !== null &&
        (answer.walk === null ? (
          <div className="empty">
            <p>{t("vmx.walk.none")}</p>
          </div>
        ) : (
          <Scroller className="vmx-body" label={t("common.contentOf", { title: t("vmx.tab.walk") })}>
            <Outcome walk={answer.walk} />
            <WalkGrid walk={answer.walk} />
            <References references={answer.walk.references} />
            <Tlb walk={answer.walk} />
          </Scroller>
        ))
      )}
    </>
  );
}

function Outcome({ walk }: { readonly walk: Found }) {
  const { t } = useTranslation();
  const words = useWords();
  const { outcome, references, most, paging, ept, cr3, cr3Exits, eptPointer, space } = walk;
  const arrives = outcome.kind === "arrives";
  return (
    <>
      <section
        className={`vmx-verdict ${arrives ? "good" : "bad"}`}
        aria-live="polite"
        aria-label={t("vmx.walk.outcome")}
        data-outcome={outcome.kind}
      >
        <p>
          <span aria-hidden="true">{arrives ? "✓" : "✕"} </span>
          {words(outcome.words)}
        </p>
        <p>{t("vmx.walk.count", { count: references.length, most })}</p>
      </section>
      <p className="fact-note">
        {space === "linear" && (paging ? t("vmx.walk.cr3", { cr3: hex(cr3) }) : t("vmx.walk.noPaging"))}
        {space === "linear" && " · "}
        {ept && eptPointer !== null ? t("vmx.walk.eptp", { base: hex(eptPointer.base) }) : t("vmx.walk.noEpt")}
        {!ept &&
          space === "linear" &&
          paging &&
          `${t("vmx.comma")}${t(cr3Exits ? "vmx.walk.cr3Exits" : "vmx.walk.cr3Free")}`}
        {eptPointer?.accessedDirty && `${t("vmx.comma")}${t("vmx.walk.ad")}`}
      </p>
    </>
  );
}

/** The entry as it is read: 32 bits of the guest's, 64 of EPT's. */
export function entryText({ table, low, high }: WalkReference): string {
  return table.startsWith("guest") ? hex(low) : `${hex(high)}${hex(low)}`;
}

function References({ references }: { readonly references: readonly WalkReference[] }) {
  const { t } = useTranslation();
  const words = useWords();
  if (references.length === 0) return null;
  return (
    <section aria-label={t("vmx.walk.list")}>
      <p className="vmx-group">{t("vmx.walk.list")}</p>
      <ol className="vmx-references">
        {references.map((reference) => {
          const { number, table, index, physical, guestPhysical, bits, large, verdict } = reference;
          return (
            <li
              key={number}
              id={`vmx-reference-${number}`}
              tabIndex={-1}
              className={verdict === "on" ? "" : "stops"}
              data-reference={number}
              data-table={table}
            >
              <span className="vmx-number" aria-hidden="true">
                {number}
              </span>
              <div>
                <p>
                  <strong>{t(`vmx.walk.tables.${table}`)}</strong> {t("vmx.walk.index", { index })} {t("vmx.walk.at")}{" "}
                  <MemoryLink space="physical" address={physical} />
                  {" · "}
                  {t("vmx.walk.gpa")} <span className="mono">{hex(guestPhysical)}</span>
                </p>
                <p>
                  <span className="mono vmx-entry">{entryText(reference)}</span>{" "}
                  <span className="mono vmx-letters">{bits.join(" ")}</span>
                  {large && ` · ${t("vmx.walk.large")}`}
                </p>
                <p className={verdict === "on" ? "fact-words" : "vmx-wrong"}>
                  {verdict !== "on" && "✕ "}
                  {words(reference.words)}
                </p>
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Tlb({ walk }: { readonly walk: Found }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <section aria-label={t("vmx.walk.tlb")}>
      <p className="vmx-group">{t("vmx.walk.tlb")}</p>
      <p className="fact-note">{words(walk.vpidWords)}</p>
      {walk.tlb.length === 0 ? (
        <p className="fact-note">{t("vmx.walk.tlbNone")}</p>
      ) : (
        walk.tlb.map((entry) => <TlbEntry key={entry.buffer} entry={entry} />)
      )}
    </section>
  );
}

function TlbEntry({ entry }: { readonly entry: WalkTlb }) {
  const { t } = useTranslation();
  const rights = entry.rights.map((right) => t(`vmx.walk.right.${right}`)).join(t("vmx.comma"));
  return (
    <p className="fact-note" data-tlb={entry.buffer}>
      <strong>{t(`vmx.walk.tlbEntry.${entry.buffer}`)}</strong>{" "}
      {t("vmx.walk.tlbTo", { frame: hex(entry.frame), rights })}
      {entry.answers && ` · ${t("vmx.walk.answers")}`}
      {" · "}
      {entry.stale ? <strong>{t("vmx.walk.stale")}</strong> : t("vmx.walk.fresh")}
    </p>
  );
}
