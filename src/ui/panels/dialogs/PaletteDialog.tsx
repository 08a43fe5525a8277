import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { actions } from "../../actions/index.ts";
import { keysOf } from "../../actions/keys.ts";
import { recentActions, rememberAction } from "../../actions/recent.ts";
import { score } from "../../actions/search.ts";
import type { ActionGroup } from "../../actions/types.ts";
import { useActionWords } from "../../actions/words.ts";
import { Keys } from "../../components/Keys.tsx";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { openProgram } from "../../engine/documents.ts";
import { goToFile } from "../../engine/files.ts";
import { useWords } from "../../i18n/index.ts";
import { textOf } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly group: ActionGroup | "programs" | "recent";
  readonly keys: readonly string[];
  readonly enabled: boolean;
  run(): void;
}

const GROUPS: readonly Entry["group"][] = ["recent", "run", "back", "program", "view", "panel", "programs"];

/** Finds an action or a program by a few letters of its name; what was used last comes first. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const entries = useEntries();
  const recent = useMemo(recentActions, []);
  const line = useLine(query);
  const found = useMemo(
    () => (line === null ? arrange(entries, query, recent) : [line]),
    [entries, query, recent, line],
  );
  const chosen = Math.min(at, found.length - 1);

  const act = (entry: Entry | undefined): void => {
    if (entry === undefined || !entry.enabled) return;
    onClose();
    if (entry !== line) rememberAction(entry.id);
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (chosen + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1);
      setAt(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      act(found[chosen]);
    }
  };
  const heading = (group: Entry["group"]): string =>
    group === "recent"
      ? t("time.palette.recent")
      : group === "programs"
        ? t("time.palette.programs")
        : t(`time.help.group.${group}`);

  return (
    <Modal open title={t("time.palette.title")} onClose={onClose}>
      <input
        className="field"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
        aria-label={t("time.palette.search")}
        placeholder={t("time.palette.search")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <p className="palette-hint" role="status">
        {t(found.length === 0 ? "time.palette.nothing" : "time.palette.hint")}
      </p>
      <div className="palette" id={list} role="listbox" aria-label={t("time.palette.title")}>
        {sections(found).map(({ group, from, items }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, for which there is no element
          <div key={`${group}-${from}`} role="group" aria-label={heading(group)}>
            <div className="palette-group" aria-hidden="true">
              {heading(group)}
            </div>
            {items.map((entry, i) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the combobox
              // biome-ignore lint/a11y/useFocusableInteractive: the combobox holds the focus
              <div
                key={entry.id}
                id={`${list}-${from + i}`}
                role="option"
                aria-selected={from + i === chosen}
                aria-disabled={!entry.enabled}
                onClick={() => act(entry)}
                onPointerMove={() => setAt(from + i)}
              >
                <span>{entry.label}</span>
                {entry.enabled ? (
                  <Keys keys={entry.keys} />
                ) : (
                  <span className="palette-off">{t("time.palette.disabled")}</span>
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
    </Modal>
  );

  /** `:12` goes to a line of the file on view. */
  function useLine(text: string): Entry | null {
    const place = useUi((state) => state.editorPlace);
    const document = useUi((state) => state.document);
    const number = Number(/^:\s*(\d{1,6})\s*$/.exec(text)?.[1] ?? 0);
    return useMemo(() => {
      if (number === 0 || document === null || document.binary !== null) return null;
      const file = place?.file ?? document.main;
      const count = (textOf(document, file) ?? "").split("\n").length;
      const goal = Math.min(number, count);
      return {
        id: "line",
        label: t("time.palette.line", { file, line: goal }),
        group: "program",
        keys: [],
        enabled: true,
        run: () => goToFile(engine, file, goal),
      };
    }, [number, place, document]);
  }

  function useEntries(): readonly Entry[] {
    const words = useWords();
    const actionWords = useActionWords();
    const state = useUi((s) => s);
    return [
      ...actions
        .filter((action) => action.id !== "palette")
        .map((action) => ({
          id: action.id,
          label: actionWords(action.id).label,
          group: action.group,
          keys: keysOf(action, state.keys).slice(0, 1),
          enabled: action.enabled(state),
          run: () => void action.run(engine),
        })),
      ...(engine.library?.programs ?? []).map((program) => ({
        id: `program:${program.id}`,
        label: t("time.palette.open", { title: words(program.title) || program.id }),
        group: "programs" as const,
        keys: [],
        enabled: state.document?.kind === "program",
        run: () => void openProgram(engine, program.id),
      })),
    ];
  }
}

/** What is so much worse than the best is not what was meant. */
const NEAR = 0.4;

/** Without a query in their groups, those used last first; with one, the best of them and their groups first. */
function arrange(entries: readonly Entry[], query: string, recent: readonly string[]): readonly Entry[] {
  if (query.trim() !== "") {
    const ranked = entries
      .map((entry) => {
        const found = Math.max(score(query, entry.label), score(query, entry.id) * 0.8);
        const bonus = recent.includes(entry.id) ? 1.5 : 0;
        return { entry, rank: found === 0 ? 0 : found + bonus - (entry.enabled ? 0 : 1) };
      })
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank);
    const near = ranked.filter(({ rank }) => rank >= ranked[0]!.rank * NEAR).map(({ entry }) => entry);
    const groups = [...new Set(near.map((entry) => entry.group))];
    return groups.flatMap((group) => near.filter((entry) => entry.group === group));
  }
  const used = recent
    .flatMap((id) => entries.filter((entry) => entry.id === id))
    .map((entry) => ({ ...entry, group: "recent" as const }));
  const rest = entries.filter((entry) => !recent.includes(entry.id));
  return GROUPS.flatMap((group) => (group === "recent" ? used : rest.filter((entry) => entry.group === group)));
}

/** Neighbours of one group under one heading. */
function sections(entries: readonly Entry[]) {
  const result: { group: Entry["group"]; from: number; items: Entry[] }[] = [];
  entries.forEach((entry, i) => {
    const last = result[result.length - 1];
    if (last?.group === entry.group) last.items.push(entry);
    else result.push({ group: entry.group, from: i, items: [entry] });
  });
  return result;
}
