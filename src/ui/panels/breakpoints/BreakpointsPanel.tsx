import { CircleDot, EllipsisVertical, Pencil, Plus, X } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Breakpoint, BreakpointStatus } from "../../../session/types.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import {
  addBreakpoint,
  editBreakpoint,
  enableBreakpoints,
  putBreakpoint,
  removeBreakpoints,
} from "../../engine/breakpoints.ts";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { useWords } from "../../i18n/index.ts";
import { lineId, lineOf } from "../../store/breakpoints.ts";
import { change, useUi } from "../../store/store.ts";
import { BreakpointForm } from "./BreakpointForm.tsx";
import "./breakpoints.css";
import { draftOf, emptyDraft, KINDS, type Kind } from "./draft.ts";
import { conditionsOf, nameOf } from "./names.ts";
import "./words.ts";

/** Everything that stops a run: each can be switched off, edited and removed, and all of them at once. */
export default function BreakpointsPanel() {
  const { t } = useTranslation();
  const breakpoints = useUi((state) => state.work.breakpoints);
  const loaded = useUi((state) => state.run.view !== null);
  const [adding, setAdding] = useState<Kind | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const engine = useEngine();
  const { answer } = useInspection(breakpoints.length === 0 ? null : { kind: "breakpoints", breakpoints });
  const statuses = new Map(answer?.map((status) => [status.id, status]));

  return (
    <Panel title={t("breakpoints.title")} className="breakpoints-panel" tools={<Tools onAdd={setAdding} />}>
      <Scroller className="bp-body" label={t("common.contentOf", { title: t("breakpoints.title") })}>
        {adding !== null && (
          <section className="bp-new" aria-label={t("breakpoints.add")}>
            <h3>{t(`breakpoints.kinds.${adding}`)}</h3>
            <BreakpointForm
              key={adding}
              start={emptyDraft(adding)}
              isNew
              onCancel={() => setAdding(null)}
              onSave={(made) => {
                const place = "file" in made.at ? made.at : null;
                if (place === null) addBreakpoint(engine, made);
                else void putBreakpoint(engine, { ...made, id: lineId(place) });
                setAdding(null);
              }}
            />
          </section>
        )}
        {!loaded && breakpoints.length > 0 && <p className="bp-note">{t("breakpoints.notLoaded")}</p>}
        {breakpoints.length === 0 && adding === null ? (
          <div className="empty">
            <p>{t("breakpoints.empty")}</p>
          </div>
        ) : (
          <ul className="bp-list">
            {breakpoints.map((breakpoint) => (
              <Row
                key={breakpoint.id}
                breakpoint={breakpoint}
                status={statuses.get(breakpoint.id) ?? null}
                editing={editing === breakpoint.id}
                onEdit={(on) => setEditing(on ? breakpoint.id : null)}
              />
            ))}
          </ul>
        )}
      </Scroller>
    </Panel>
  );
}

function Tools({ onAdd }: { onAdd(kind: Kind): void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const breakpoints = useUi((state) => state.work.breakpoints);
  const none = breakpoints.length === 0;
  const chosen = useRef(false);
  const choose = (kind: Kind) => {
    chosen.current = true;
    onAdd(kind);
  };
  return (
    <div className="bp-tools">
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="button icon quiet"
          aria-label={t("breakpoints.add")}
          title={t("breakpoints.add")}
        >
          <Plus aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className="menu"
            sideOffset={4}
            collisionPadding={8}
            align="end"
            onCloseAutoFocus={(event) => {
              // The form that was asked for takes the focus.
              if (chosen.current) event.preventDefault();
              chosen.current = false;
            }}
          >
            {KINDS.map((kind) => (
              <DropdownMenu.Item key={kind} className="menu-item" onSelect={() => choose(kind)}>
                {t(`breakpoints.kinds.${kind}`)}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="button icon quiet"
          aria-label={t("breakpoints.more")}
          title={t("breakpoints.more")}
        >
          <EllipsisVertical aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" sideOffset={4} collisionPadding={8} align="end">
            <DropdownMenu.Item
              className="menu-item"
              disabled={breakpoints.every(({ enabled }) => enabled !== false)}
              onSelect={() => void enableBreakpoints(engine, null, true)}
            >
              {t("breakpoints.enableAll")}
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="menu-item"
              disabled={none || breakpoints.every(({ enabled }) => enabled === false)}
              onSelect={() => void enableBreakpoints(engine, null, false)}
            >
              {t("breakpoints.disableAll")}
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="menu-item"
              disabled={none}
              onSelect={() => void removeBreakpoints(engine, null)}
            >
              {t("breakpoints.removeAll")}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}

interface RowProps {
  readonly breakpoint: Breakpoint;
  readonly status: BreakpointStatus | null;
  readonly editing: boolean;
  onEdit(on: boolean): void;
}

function Row({ breakpoint, status, editing, onEdit }: RowProps) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const reason = useUi((state) => state.stops.reasons.find(({ id }) => id === breakpoint.id));
  const { id, at } = breakpoint;
  const name = nameOf(at, t, words);
  const conditions = conditionsOf(breakpoint, t);
  const on = breakpoint.enabled !== false;
  const place = lineOf(breakpoint);
  return (
    <li className={`bp-row ${on ? "" : "off"} ${reason === undefined ? "" : "stopped"}`} data-breakpoint={id}>
      <div className="bp-line">
        <input
          type="checkbox"
          checked={on}
          aria-label={t("breakpoints.enabledOf", { name })}
          onChange={(event) => void enableBreakpoints(engine, [id], event.target.checked)}
        />
        <div className="bp-name">
          {place === null ? (
            <span className="mono">{name}</span>
          ) : (
            <button
              type="button"
              className="button link mono"
              aria-label={t("breakpoints.show", { name })}
              onClick={() =>
                change(engine.store, (draft) => {
                  draft.documents.reveal = { file: place.file, line: place.line };
                  draft.editorPlace = { ...place };
                  draft.panel = "editor";
                })
              }
            >
              {name}
            </button>
          )}
          {conditions !== "" && <span className="bp-when mono">{conditions}</span>}
          {status !== null && status.problem !== null && (
            <span className="bp-problem">{`⚠ ${words(status.problem)}`}</span>
          )}
        </div>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("breakpoints.editOf", { name })}
          aria-expanded={editing}
          onClick={() => onEdit(!editing)}
        >
          <Pencil aria-hidden="true" />
        </button>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("breakpoints.removeOf", { name })}
          onClick={() => void removeBreakpoints(engine, [id])}
        >
          <X aria-hidden="true" />
        </button>
      </div>
      {reason !== undefined && (
        <p className="bp-reason">
          <CircleDot aria-hidden="true" /> {words(reason.words)}
        </p>
      )}
      {editing && (
        <BreakpointForm
          start={draftOf(breakpoint)}
          isNew={false}
          onCancel={() => onEdit(false)}
          onSave={({ at: where, condition, hits }) => {
            if ("file" in where && lineId(where) !== id) {
              void removeBreakpoints(engine, [id]);
              void putBreakpoint(engine, { ...breakpoint, id: lineId(where), at: where });
            } else void editBreakpoint(engine, id, { at: where, condition, hits });
            onEdit(false);
          }}
        />
      )}
    </li>
  );
}
