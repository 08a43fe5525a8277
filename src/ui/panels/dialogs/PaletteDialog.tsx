import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { actions } from "../../actions/index.ts";
import type { Action } from "../../actions/types.ts";
import { Keys } from "../../components/Keys.tsx";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { openProgram } from "../../engine/documents.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly string[];
  readonly enabled: boolean;
  run(): void;
}

/** Finds an action or a program by a few letters of its name. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const state = useUi((s) => s);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();

  const entries: Entry[] = [
    ...actions
      .filter((action: Action) => action.id !== "palette")
      .map((action) => ({
        id: action.id,
        label: t(`action.${action.id}.label`),
        keys: action.keys.slice(0, 1),
        enabled: action.enabled(state),
        run: () => void action.run(engine),
      })),
    ...(engine.library?.programs ?? []).map((program) => ({
      id: `program:${program.id}`,
      label: t("palette.open", { title: words(program.title) || program.id }),
      keys: [],
      enabled: state.document?.kind === "program",
      run: () => void openProgram(engine, program.id),
    })),
  ];
  const wanted = query.trim().toLowerCase().split(/\s+/);
  const found = entries.filter(({ label, id }) => {
    const text = `${label} ${id}`.toLowerCase();
    return wanted.every((part) => text.includes(part));
  });
  const chosen = Math.min(at, found.length - 1);

  const act = (entry: Entry | undefined): void => {
    if (entry === undefined || !entry.enabled) return;
    onClose();
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

  return (
    <Modal open title={t("palette.title")} onClose={onClose}>
      <input
        className="field"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
        aria-label={t("palette.search")}
        placeholder={t("palette.search")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 && <p role="status">{t("palette.nothing")}</p>}
      <div className="palette" id={list} role="listbox" aria-label={t("palette.title")}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the combobox
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox holds the focus
          <div
            key={entry.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            aria-disabled={!entry.enabled}
            onClick={() => act(entry)}
            onPointerMove={() => setAt(index)}
          >
            <span>{entry.label}</span>
            <Keys keys={entry.keys} />
          </div>
        ))}
      </div>
    </Modal>
  );
}
