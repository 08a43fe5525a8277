import { lazy, type MouseEvent, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import type { EditEvent, View } from "../../../session/types.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { isIdle, type State } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { isToggle, targetOf, toggleOf } from "./edit-target.ts";
import { ModeLine } from "./ModeLine.tsx";
import { type Parted, partedHere } from "./parted.ts";
import "./registers.css";
import { type RegisterGroup, type RegisterRow, registerGroups } from "./rows.ts";

// Fetched when something is first edited.
const EditField = lazy(() => import("./EditField.tsx"));
const Edits = lazy(async () => ({ default: (await import("../memory/Edits.tsx")).Edits }));

/** Whether the run has edits, by the reader's hand or by a link. */
function hasEdits({ memory, document }: State): boolean {
  return memory.edited || (document?.inputs.some(({ event }) => event.kind.startsWith("set-")) ?? false);
}

/** What the rows need to let their values be edited. */
interface Editing {
  readonly view: View;
  /** Names the row whose field is open. */
  readonly open: string | null;
  begin(row: string | null): void;
  make(events: readonly EditEvent[]): void;
  say(notice: Words | null): void;
  /** What the other run has, and what it is called, where a comparison has found the two to part. */
  readonly others: { readonly values: Parted["values"]; readonly name: string } | null;
}

/** The registers as they are, beside what the guest believes. */
export function RegistersPanel() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  const edited = useUi(hasEdits);
  const tools = edited && (
    <Suspense>
      <Edits />
    </Suspense>
  );
  return (
    <Panel title={t("registers.title")} className="registers" tools={tools}>
      {view === null ? (
        <div className="empty">
          <p>{t("registers.empty")}</p>
        </div>
      ) : (
        <Registers view={view} />
      )}
    </Panel>
  );
}

function Registers({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const groups = useMemo(() => registerGroups(view), [view]);
  const virtual = view.occupants.some((occupant) => occupant.who === "vmm");
  const words = useWords();
  const engine = useEngine();
  const [open, setOpen] = useState<string | null>(null);
  const [notice, setNotice] = useState<Words | null>(null);
  const parted = useParted(view);
  const otherName = useUi((state) => state.facts?.strategies.find(({ id }) => id === parted?.other)?.title);
  const body = useRef<HTMLElement>(null);
  useEffect(() => {
    if (parted !== null) scrollToParted(body.current);
  }, [parted]);
  const make = async (events: readonly EditEvent[]): Promise<void> => {
    const { edit } = await import("../../engine/memory.ts");
    for (const event of events) setNotice((await edit(engine, event)).words);
  };
  const editing: Editing = {
    view,
    open,
    begin: (row) => {
      setOpen(row);
      setNotice(null);
    },
    make: (events) => void make(events),
    say: setNotice,
    others: parted && otherName ? { values: parted.values, name: words(otherName) } : null,
  };
  return (
    <Scroller ref={body} className="registers-body" label={t("common.contentOf", { title: t("registers.title") })}>
      <p className="registers-legend">
        <span className="mark-differs">≠</span> {t("registers.legendDiffers")} <span className="mark-changed">•</span>{" "}
        {t("registers.legendChanged")}
        {editing.others !== null && (
          <>
            {" "}
            <span className="mark-parted">⇄</span> {t("registers.legendParted", { name: editing.others.name })}
          </>
        )}
      </p>
      <ModeLine view={view} />
      {notice !== null && (
        <p className="registers-notice" role="alert">
          {words(notice)}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("registers.name")}</th>
            <th scope="col">{t("registers.physical")}</th>
            {virtual && <th scope="col">{t("registers.guest")}</th>}
          </tr>
        </thead>
        {groups.map((group) => (
          <Group key={group.id} group={group} virtual={virtual} editing={editing} />
        ))}
      </table>
    </Scroller>
  );
}

/** What differs here from the other run of the last comparison. */
function useParted(view: View): Parted | null {
  const compare = useUi((state) => state.compare);
  return useMemo(() => partedHere(compare, view), [compare, view]);
}

/** Brings what differs most tellingly, a flag rather than the register it is in, to the middle of the panel. */
function scrollToParted(body: HTMLElement | null): void {
  const row = body?.querySelector("tr.parted.nested") ?? body?.querySelector("tr.parted");
  if (!body || !row) return;
  const at = row.getBoundingClientRect();
  const frame = body.getBoundingClientRect();
  body.scrollTop += at.top + at.height / 2 - (frame.top + frame.height / 2);
}

interface GroupProps {
  readonly group: RegisterGroup;
  readonly virtual: boolean;
  readonly editing: Editing;
}

function Group({ group, virtual, editing }: GroupProps) {
  const { t } = useTranslation();
  return (
    <tbody>
      <tr className="group-name">
        <th scope="rowgroup" colSpan={virtual ? 3 : 2}>
          {t(`registers.group.${group.id}`)}
        </th>
      </tr>
      {group.rows.map((row) => (
        <Row
          key={row.name}
          group={group.id}
          row={row}
          virtual={virtual}
          nested={group.rows[0] !== row && row.physical.length <= 2}
          editing={editing}
        />
      ))}
    </tbody>
  );
}

interface RowProps {
  readonly group: RegisterGroup["id"];
  readonly row: RegisterRow;
  readonly virtual: boolean;
  readonly nested: boolean;
  readonly editing: Editing;
}

function Row({ group, row, virtual, nested, editing }: RowProps) {
  const { t } = useTranslation();
  const differs = virtual && row.differs;
  const { others } = editing;
  const other = others?.values.get(row.name);
  const parted = others !== null && other !== undefined;
  return (
    <>
      <tr className={`${differs ? "differs" : ""} ${nested ? "nested" : ""} ${parted ? "parted" : ""}`}>
        <th scope="row">{row.name}</th>
        <td>
          {virtual ? (
            <Value value={row.physical} was={row.wasPhysical} />
          ) : (
            <Editable group={group} row={row} editing={editing} told={false} />
          )}
        </td>
        {virtual && (
          <td>
            {differs && (
              <>
                <span className="mark-differs" aria-hidden="true">
                  ≠
                </span>
                <span className="visually-hidden">{t("registers.differs")}</span>
              </>
            )}
            <Editable group={group} row={row} editing={editing} told={row.wasGuest === row.wasPhysical} />
          </td>
        )}
      </tr>
      {parted && (
        <tr className="parted-note">
          <td colSpan={virtual ? 3 : 2}>
            <span className="mark-parted" aria-hidden="true">
              ⇄
            </span>
            {t("registers.parted", { name: others.name, value: other })}
          </td>
        </tr>
      )}
    </>
  );
}

interface EditableProps {
  readonly group: RegisterGroup["id"];
  readonly row: RegisterRow;
  readonly editing: Editing;
  readonly told: boolean;
}

/** A value of the guest's: a double click or Enter opens a field in its place; a flag turns over at a press. */
function Editable({ group, row, editing, told }: EditableProps) {
  const { t } = useTranslation();
  const idle = useUi(isIdle);
  const target = targetOf(group, row);
  const { guest } = editing.view;
  const value = <Value value={row.guest} was={row.wasGuest} told={told} />;
  if (editing.open === row.name && idle) {
    const done = (notice: Words | null): void => {
      editing.begin(null);
      editing.say(notice);
    };
    return (
      <Suspense fallback={value}>
        <EditField name={row.name} value={row.guest} target={target} file={guest} onDone={done} />
      </Suspense>
    );
  }
  const toggle = isToggle(target);
  const onClick = (event: MouseEvent): void => {
    if (!idle) return;
    // A single click of a mouse is for marking text; keys (no clicks) and fingers mean it at once.
    const meant = event.detail !== 1 || (event.nativeEvent as PointerEvent).pointerType === "touch";
    if (toggle) editing.make(toggleOf(target, guest));
    else if (meant) editing.begin(row.name);
  };
  return (
    <button
      type="button"
      className="value-button"
      aria-disabled={!idle}
      title={t(toggle ? "registers.toggle" : "registers.edit", { name: row.name })}
      onClick={onClick}
    >
      {value}
    </button>
  );
}

interface ValueProps {
  readonly value: string;
  readonly was: string | null;
  /** The old value stands in the column before already. */
  readonly told?: boolean;
}

function Value({ value, was, told = false }: ValueProps) {
  const { t } = useTranslation();
  if (was === null) return <span className="value">{value}</span>;
  return (
    <span className="value changed">
      <span className="mark-changed" aria-hidden="true">
        •
      </span>
      {value}
      {!told && (
        <span className="was" aria-hidden="true">
          ← {was}
        </span>
      )}
      <span className="visually-hidden">{t("registers.was", { value: was })}</span>
    </span>
  );
}
