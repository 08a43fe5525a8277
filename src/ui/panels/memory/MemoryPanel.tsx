import { Search } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { Panel } from "../../components/Panel.tsx";
import { Picker } from "../../components/Picker.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { showMemory, toLastWrite } from "../../engine/memory.ts";
import { typedValue } from "../../engine/value.ts";
import { useWords } from "../../i18n/index.ts";
import { isIdle } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { Choice } from "../facts/SideChoice.tsx";
import "../facts/facts.css";
import "./words.ts";
import { ByteBar } from "./ByteBar.tsx";
import { CodeListing } from "./CodeListing.tsx";
import { Edits } from "./Edits.tsx";
import { FindBar } from "./FindBar.tsx";
import { Listing } from "./Listing.tsx";
import "./memory.css";

const SPACES: readonly AddressSpace[] = ["linear", "guest-physical", "physical", "host-linear"];
/** Registers that point somewhere, as expressions name them. */
const POINTERS = ["eip", "esp", "ebp", "esi", "edi", "eax", "ebx", "ecx", "edx"];
const NOTHING = "none";
/** Bytes about the cursor that the line below the listing shows. */
const ABOUT = 4;

/** Memory of any of the address spaces: hex, text or instructions. */
export default function MemoryPanel() {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  return (
    <Panel title={t("memory.title")} className="memory-panel">
      {loaded ? (
        <Memory />
      ) : (
        <div className="empty">
          <p>{t("memory.empty")}</p>
        </div>
      )}
    </Panel>
  );
}

function Memory() {
  const { t } = useTranslation();
  const engine = useEngine();
  const [finding, setFinding] = useState(false);
  const { space, mode, address, jump, follow } = useUi((state) => state.memory);
  const running = useUi((state) => state.run.status !== "ready");
  const [editing, setEditing] = useState<string | null>(null);
  const { answer } = useInspection({ kind: "memory", space, address, length: ABOUT, changes: !running });
  const size = answer?.space === space ? answer.size : 0x1_0000_0000;
  useFollowing(follow);

  const move = useCallback(
    (to: number) => {
      setEditing(null);
      change(engine.store, (draft) => {
        draft.memory.address = to;
        draft.memory.notice = null;
      });
    },
    [engine],
  );
  const jumpTo = (to: number): void => showMemory(engine, space, to, false);
  const who = (): void => {
    const physical = answer?.parts[0]?.physical ?? null;
    if (physical !== null && answer?.address === address && isIdle(engine.state)) void toLastWrite(engine, physical);
  };
  return (
    <>
      <div className="memory-tools">
        <Picker
          label={t("memory.space")}
          value={space}
          shown={t(`memory.spaces.${space}`)}
          groups={[
            {
              id: "spaces",
              title: null,
              choices: SPACES.map((value) => ({
                value,
                title: t(`memory.spaces.${value}`),
                hint: t(`memory.spaceHint.${value}`),
              })),
            },
          ]}
          onChoose={(value) =>
            change(engine.store, (draft) => {
              draft.memory.space = value as AddressSpace;
              draft.memory.jump++;
              draft.memory.notice = null;
            })
          }
        />
        <Choice
          label={t("memory.mode")}
          value={mode}
          onChange={(value) =>
            change(engine.store, (draft) => {
              draft.memory.mode = value;
              draft.memory.jump++;
            })
          }
          options={[
            ["hex", t("memory.modes.hex")],
            ["text", t("memory.modes.text")],
            ["code", t("memory.modes.code")],
          ]}
        />
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("memory.find")}
          aria-expanded={finding}
          title={t("memory.find")}
          onClick={() => setFinding(!finding)}
        >
          <Search aria-hidden="true" />
        </button>
        <Edits />
        <GoTo onGo={jumpTo} />
        <Picker
          label={t("memory.follow")}
          value={follow ?? NOTHING}
          shown={follow === null ? t("memory.followNone") : t("memory.following", { name: follow.toUpperCase() })}
          groups={[
            {
              id: "registers",
              title: null,
              choices: [
                { value: NOTHING, title: t("memory.followNone") },
                ...POINTERS.map((value) => ({ value, title: value.toUpperCase() })),
              ],
            },
          ]}
          onChoose={(value) =>
            change(engine.store, (draft) => {
              draft.memory.follow = value === NOTHING ? null : value;
            })
          }
        />
      </div>
      {finding && <FindBar space={space} size={size} address={address} onFound={jumpTo} />}
      {mode === "code" ? (
        <CodeListing key={space} space={space} address={address} jump={jump} onMove={move} />
      ) : (
        <Listing
          key={`${space} ${mode}`}
          space={space}
          size={size}
          mode={mode}
          address={address}
          jump={jump}
          onMove={move}
          onEdit={setEditing}
          onWho={who}
        />
      )}
      <ByteBar space={space} address={address} answer={answer} editing={editing} onEditing={setEditing} />
    </>
  );
}

/** Keeps the cursor where a register points. */
function useFollowing(follow: string | null): void {
  const engine = useEngine();
  const { answer } = useInspection(
    follow === null
      ? null
      : { kind: "expression", text: [follow === "eip" ? "cs.base+eip" : follow === "esp" ? "ss.base+esp" : follow] },
  );
  const found = answer?.[0];
  const target = found?.ok ? found.value.bits : null;
  useEffect(() => {
    if (target === null) return;
    change(engine.store, (draft) => {
      draft.memory.address = target;
      draft.memory.jump++;
    });
  }, [engine, target]);
}

function GoTo({ onGo }: { onGo(address: number): void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === "") return;
    const typed = await typedValue(engine, text);
    if (typed.ok) onGo(typed.value);
    setProblem(typed.ok ? "" : words(typed.words) || t("memory.badValue"));
  };
  return (
    <form className="memory-goto" onSubmit={(event) => void submit(event)}>
      <input
        className="memory-input"
        aria-label={t("memory.goTo")}
        placeholder={t("memory.goToShort")}
        title={t("memory.goTo")}
        aria-invalid={problem !== ""}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      {problem !== "" && (
        <p className="memory-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
