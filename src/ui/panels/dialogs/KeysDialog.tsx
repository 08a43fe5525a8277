import { RotateCcw, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Refusal, refusalOf } from "../../actions/browser-keys.ts";
import { actions } from "../../actions/index.ts";
import { holdersOf, isModifier, keyName, keysOf, mayShare } from "../../actions/keys.ts";
import type { Action, ActionGroup, ActionId } from "../../actions/types.ts";
import { useActionWords } from "../../actions/words.ts";
import { Keys } from "../../components/Keys.tsx";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { bindKey, resetKey, resetKeys } from "../../engine/keys.ts";
import { useUi } from "../../store/store.ts";

const GROUPS: readonly ActionGroup[] = ["run", "back", "program", "view", "panel"];

/** What has been pressed for an action and is not its key yet. */
type Pending =
  | { readonly id: ActionId; readonly state: "waiting" }
  | { readonly id: ActionId; readonly state: "refused"; readonly key: string; readonly why: Refusal }
  | { readonly id: ActionId; readonly state: "conflict"; readonly key: string; readonly holders: readonly ActionId[] };

/** Gives actions other keys: what belongs to another action is said, what the browser needs is refused with the reason. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useActionWords();
  const own = useUi((state) => state.keys);
  const [filter, setFilter] = useState("");
  const [pending, setPending] = useState<Pending | null>(null);
  const [said, setSaid] = useState("");

  const label = (id: ActionId) => words(id).label;
  const bind = (id: ActionId, key: string, losers: readonly ActionId[]): void => {
    bindKey(engine, id, key, losers);
    setPending(null);
    setSaid(t("time.keys.set", { name: label(id), key }));
  };
  const press = (id: ActionId, event: KeyboardEvent): void => {
    const plain = !event.ctrlKey && !event.altKey;
    if (event.key === "Tab" && plain) {
      setPending(null);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (isModifier(event)) return;
    const key = keyName({ ...modifiers(event), key: event.key, code: event.code });
    const why = refusalOf(key);
    const holders = holdersOf(key, own, id)
      .map((action) => action.id)
      .filter((other) => !mayShare(id, other));
    if (event.key === "Escape" && plain && !event.shiftKey) setPending(null);
    else if (why !== null) setPending({ id, state: "refused", key, why });
    else if (holders.length > 0) setPending({ id, state: "conflict", key, holders });
    else bind(id, key, []);
  };
  const text = filter.trim().toLowerCase();
  const shown = actions.filter((action) => {
    const all = [label(action.id), ...keysOf(action, own)].join(" ").toLowerCase();
    return all.includes(text);
  });

  return (
    <Modal open title={t("time.keys.title")} description={t("time.keys.intro")} onClose={onClose}>
      <div className="keys-head">
        <input
          className="field"
          type="search"
          value={filter}
          aria-label={t("time.keys.filter")}
          placeholder={t("time.keys.filter")}
          onChange={(event) => setFilter(event.target.value)}
        />
        <button
          type="button"
          className="button"
          onClick={() => {
            resetKeys(engine);
            setPending(null);
            setSaid(t("time.keys.allReset"));
          }}
        >
          {t("time.keys.resetAll")}
        </button>
      </div>
      <p className="keys-said" role="status">
        {shown.length === 0 ? t("time.keys.nothing") : said}
      </p>
      {GROUPS.map((group) => {
        const rows = shown.filter((action) => action.group === group);
        if (rows.length === 0) return null;
        return (
          <section key={group} className="help-group">
            <h3>{t(`time.help.group.${group}`)}</h3>
            <ul className="keys-list">
              {rows.map((action) => (
                <li key={action.id}>
                  <KeyRow
                    action={action}
                    pending={pending?.id === action.id ? pending : null}
                    onAsk={() => setPending({ id: action.id, state: "waiting" })}
                    onPress={(event) => press(action.id, event)}
                    onDrop={() => setPending(null)}
                    onTake={(key, losers) => bind(action.id, key, losers)}
                    say={setSaid}
                  />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Modal>
  );
}

function modifiers({ ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent) {
  return { ctrlKey, altKey, shiftKey, metaKey };
}

interface RowProps {
  readonly action: Action;
  readonly pending: Pending | null;
  onAsk(): void;
  onPress(event: KeyboardEvent): void;
  onDrop(): void;
  onTake(key: string, losers: readonly ActionId[]): void;
  say(text: string): void;
}

function KeyRow({ action, pending, onAsk, onPress, onDrop, onTake, say }: RowProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useActionWords();
  const own = useUi((state) => state.keys);
  const change = useRef<HTMLButtonElement>(null);
  const name = words(action.id).label;
  const keys = keysOf(action, own);
  const isOwn = own[action.id] !== undefined;
  const asking = pending !== null && pending.state !== "conflict";
  return (
    <>
      <span className="keys-name">
        {name} {isOwn && <span className="keys-own">{t("time.keys.own")}</span>}
      </span>
      <button
        ref={change}
        type="button"
        className={`button keys-change ${asking ? "asking" : ""}`}
        onClick={onAsk}
        onKeyDown={asking ? onPress : undefined}
        onBlur={asking ? onDrop : undefined}
      >
        <span className="visually-hidden">{t("time.keys.change", { name })}: </span>
        {asking ? t("time.keys.press") : keys.length > 0 ? <Keys keys={keys} /> : t("time.keys.none")}
      </button>
      <button
        type="button"
        className="button icon quiet"
        aria-label={t("time.keys.remove", { name })}
        title={t("time.keys.remove", { name })}
        disabled={keys.length === 0}
        onClick={() => {
          bindKey(engine, action.id, null);
          say(t("time.keys.removed", { name }));
          change.current?.focus();
        }}
      >
        <X aria-hidden="true" />
      </button>
      <button
        type="button"
        className="button icon quiet"
        aria-label={t("time.keys.reset", { name })}
        title={t("time.keys.reset", { name })}
        disabled={!isOwn}
        onClick={() => {
          resetKey(engine, action.id);
          say(t("time.keys.wasReset", { name }));
          change.current?.focus();
        }}
      >
        <RotateCcw aria-hidden="true" />
      </button>
      {pending?.state === "refused" && (
        <p className="keys-problem" role="alert">
          {t("time.keys.refusedKey", { key: pending.key })} {t(`time.keys.refused.${pending.why}`)}
        </p>
      )}
      {pending?.state === "conflict" && (
        <p className="keys-problem" role="alert">
          {t("time.keys.conflict", {
            key: pending.key,
            names: pending.holders.map((id) => words(id).label).join(", "),
          })}{" "}
          <button
            type="button"
            className="button"
            onClick={() => {
              onTake(pending.key, pending.holders);
              change.current?.focus();
            }}
          >
            {t("time.keys.take")}
          </button>{" "}
          <button
            type="button"
            className="button"
            onClick={() => {
              onDrop();
              change.current?.focus();
            }}
          >
            {t("time.keys.keep")}
          </button>
        </p>
      )}
    </>
  );
}
