import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import type { OwnedPage, TlbEntry, WalkAnswer, Walk as WalkOfSide } from "../../../session/inspect/walk.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { FactBody } from "../facts/Body.tsx";
import { MemoryLink } from "../facts/MemoryLink.tsx";
import { Choice, type Shown } from "../facts/SideChoice.tsx";
import { parseAddress } from "./address.ts";
import { Bits } from "./Tree.tsx";

interface Props {
  readonly shown: Shown;
  /** As typed; null: the guest's next instruction's. */
  readonly address: string | null;
  onAddress(address: string): void;
}

/** CS among the segment registers of a view. */
const CS = 1;

type Access = "read" | "write" | "execute";
type Mode = "supervisor" | "user";

/** The walk of one address: what each level says on each side, the TLB, and how an access would end. */
export function Walk({ shown, address, onAddress }: Props) {
  const { t } = useTranslation();
  const next = useUi(({ run: { view } }) =>
    view === null ? 0 : (view.guest.segments[CS]!.base + view.guest.eip) >>> 0,
  );
  const [access, setAccess] = useState<Access>("read");
  const [mode, setMode] = useState<Mode>("supervisor");
  const field = useId();
  const hint = useId();
  const text = address ?? hex(next);
  const linear = parseAddress(text);
  const { answer } = useInspection(linear === null ? null : { kind: "walk", linear, access, user: mode === "user" });
  return (
    <>
      <div className="walk-ask">
        <label htmlFor={field}>{t("system.paging.address")}</label>
        <input
          id={field}
          className="field mono"
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={linear === null}
          aria-describedby={hint}
          onChange={(event) => onAddress(event.target.value)}
        />
        <Choice<Access>
          label={t("system.paging.access")}
          value={access}
          onChange={setAccess}
          options={[
            ["read", t("system.paging.read")],
            ["write", t("system.paging.write")],
            ["execute", t("system.paging.execute")],
          ]}
        />
        <Choice<Mode>
          label={t("system.paging.mode")}
          value={mode}
          onChange={setMode}
          options={[
            ["supervisor", t("system.paging.supervisor")],
            ["user", t("system.paging.user")],
          ]}
        />
        <p id={hint} className={linear === null ? "walk-bad" : "visually-hidden"}>
          {t(linear === null ? "system.paging.bad" : "system.paging.addressHint")}
        </p>
      </div>
      <FactBody title={t("system.paging.walk")} ready={answer !== null}>
        {answer !== null && <Answer answer={answer} shown={shown} />}
      </FactBody>
    </>
  );
}

function Answer({ answer, shown }: { readonly answer: WalkAnswer; readonly shown: Shown }) {
  const { t } = useTranslation();
  const words = useWords();
  const { outcome, guest, physical, tlb, direct } = answer;
  return (
    <>
      <section className={`walk-outcome ${outcome.ok ? "ok" : "fault"}`} aria-live="polite">
        <p className="walk-title">{t("system.paging.outcome")}</p>
        <p>{words(outcome.words)}</p>
        {outcome.vmm !== null && (
          <p data-verdict={outcome.vmm.kind}>
            <strong>{words(outcome.vmm.name)}:</strong> {words(outcome.vmm.words)}
          </p>
        )}
      </section>
      {direct !== null && <p className="fact-note">{t("system.paging.direct")}</p>}
      {guest !== null && shown !== "physical" && (
        <Levels title={t("system.paging.guestWalk")} walk={guest} guest={true} />
      )}
      {(guest === null || shown !== "guest") && (
        <Levels
          title={t(guest === null ? "system.paging.realWalk" : "system.paging.shadowWalk")}
          walk={physical}
          guest={false}
          pages={direct ?? []}
        />
      )}
      {(guest === null || shown !== "guest") && (
        <>
          <p className="fact-heading">{t("system.paging.tlb")}</p>
          {tlb.length === 0 ? (
            <p className="fact-note">{t("system.paging.tlbNone")}</p>
          ) : (
            tlb.map((entry) => <Tlb key={entry.buffer} entry={entry} />)
          )}
        </>
      )}
    </>
  );
}

function Levels({
  title,
  walk,
  guest,
  pages = [],
}: {
  readonly title: string;
  readonly walk: WalkOfSide;
  readonly guest: boolean;
  readonly pages?: readonly OwnedPage[];
}) {
  const { t } = useTranslation();
  const words = useWords();
  const { result } = walk;
  const space = guest ? "guest-physical" : "physical";
  return (
    <section className="walk" aria-label={title} data-walk={guest ? "guest" : "physical"}>
      <p className="fact-heading">{title}</p>
      {walk.paging ? (
        <p className="fact-note mono">{t("system.paging.cr3", { cr3: hex(walk.cr3) })}</p>
      ) : (
        <p className="fact-note">{t("system.paging.identity")}</p>
      )}
      <ol className="walk-levels">
        {walk.levels.map((level, i) => (
          <li key={level.level} className={`walk-level ${!result.ok && result.at === i ? "walk-forbids" : ""}`}>
            <span>{t(`system.paging.level.${level.level}`, { index: level.index })}</span>{" "}
            <span className="fact-words inline">
              <MemoryLink space={space} address={level.address} />
              <PageOf page={pages[i]} />
              {guest && (
                <>
                  {" → "}
                  {level.host === null
                    ? t("system.paging.noHost")
                    : t("system.paging.host", { address: hex(level.host) })}
                </>
              )}
            </span>
            <span className="walk-raw">
              <span className="fact-value">{hex(level.raw)}</span> <Bits bits={level.bits} />
            </span>
          </li>
        ))}
      </ol>
      <Result words={words} walk={walk} guest={guest} />
      {result.ok && pages[walk.levels.length] !== undefined && (
        <p className="fact-note">
          <PageOf page={pages[walk.levels.length]} />
        </p>
      )}
    </section>
  );
}

/** Whose page a machine frame is. */
function PageOf({ page: found }: { readonly page: OwnedPage | undefined }) {
  const { t } = useTranslation();
  if (found === undefined) return null;
  const { frame, owner, page } = found;
  const of = typeof owner === "number" && page >= 0;
  return (
    <span className="walk-page">
      {" "}
      {t("system.paging.frame", { frame: hex(frame, 5) })}
      {of && ` = ${t("system.paging.pageOf", { page: hex(page, 4), domain: owner })}`}
    </span>
  );
}

function Result({
  words,
  walk,
  guest,
}: {
  readonly words: (words: Words) => string;
  readonly walk: WalkOfSide;
  readonly guest: boolean;
}) {
  const { t } = useTranslation();
  const { result } = walk;
  if (!result.ok) {
    return (
      <p className="walk-end fault">
        <strong>{words(result.words)}</strong>{" "}
        {t("system.paging.error", { code: hex(result.errorCode, 2), words: words(result.code) })}
      </p>
    );
  }
  return (
    <p className="walk-end">
      {t(guest ? "system.paging.guestPhysical" : "system.paging.physical")}{" "}
      <strong className="mono">
        <MemoryLink space={guest ? "guest-physical" : "physical"} address={result.physical} />
      </strong>
      {guest && (
        <>
          {" → "}
          {t("system.paging.hostPhysical")}{" "}
          <strong className="mono">{result.host === null ? t("system.paging.noHost") : hex(result.host)}</strong>
        </>
      )}
    </p>
  );
}

function Tlb({ entry }: { readonly entry: TlbEntry }) {
  const { t } = useTranslation();
  const words = useWords();
  const rights = entry.rights.map((right) => t(`system.paging.right.${right}`)).join(", ");
  return (
    <p className="fact-note" data-tlb={entry.buffer}>
      <strong>{t(`system.paging.tlbEntry.${entry.buffer}`)}</strong>{" "}
      {t("system.paging.tlbTo", { frame: hex(entry.frame), rights })}
      {entry.global && ` · ${t("system.paging.global")}`}
      {entry.large && ` · ${t("system.paging.piece")}`}
      {entry.answers && ` · ${t("system.paging.answers")}`}
      {" · "}
      {entry.stale.length === 0 ? (
        t("system.paging.fresh")
      ) : (
        <span className="stale inline">
          <strong>{t("system.paging.stale")}</strong>: {entry.stale.map(words).join(", ")}
        </span>
      )}
    </p>
  );
}
