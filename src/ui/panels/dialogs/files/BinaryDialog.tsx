import { RadioGroup } from "radix-ui";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import { openBinary } from "../../../engine/local.ts";
import { count, hex } from "../../../format.ts";
import type { WaitingBinary } from "../../../store/documents.ts";
import { useUi } from "../../../store/store.ts";

/** Where flat images go unless something else is said: as ORG has it in the programs. */
const DEFAULT_ADDRESS = "00100000";

/** A physical address in hexadecimal, with or without 0x or h. */
function parseAddress(text: string): number | null {
  const digits = text.trim().replace(/^0x/i, "").replace(/h$/i, "").replaceAll("_", "");
  return /^[\da-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** Asks how a local binary is loaded. */
export function BinaryDialog({ onClose }: { readonly onClose: () => void }) {
  const binary = useUi((state) => state.documents.binary);
  return binary === null ? null : <BinaryForm binary={binary} onClose={onClose} />;
}

function BinaryForm({ binary, onClose }: { readonly binary: WaitingBinary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const [kind, setKind] = useState(binary.looks);
  const [at, setAt] = useState(DEFAULT_ADDRESS);
  const [entry, setEntry] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const ids = { at: useId(), entry: useId(), flat: useId(), multiboot: useId(), fault: useId() };
  const from = parseAddress(at);
  const start = entry === null ? from : parseAddress(entry);
  const end = (from ?? 0) + binary.bytes.length - 1;
  const outside = from !== null && start !== null && (start < from || start > end);
  const fault =
    kind === "multiboot"
      ? null
      : from === null || start === null
        ? t("files.binary.badAddress")
        : outside
          ? t("files.binary.entryOutside", { from: hex(from), to: hex(end) })
          : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault !== null) return;
    onClose();
    if (kind === "multiboot") void openBinary(engine, { kind });
    else if (from !== null && start !== null) void openBinary(engine, { kind, at: from, entry: start });
  };
  return (
    <Modal
      open
      title={t("files.binary.title", { name: binary.name })}
      description={t("files.binary.intro", { size: count(binary.bytes.length, language) })}
      onClose={onClose}
    >
      <form className="binary-form" onSubmit={submit}>
        {binary.bootSector && <p className="notice warn">{t("files.binary.bootSector")}</p>}
        <RadioGroup.Root value={kind} onValueChange={(value) => setKind(value as "flat" | "multiboot")}>
          {(["flat", "multiboot"] as const).map((choice) => (
            <div key={choice} className="radio-row">
              <RadioGroup.Item className="radio" id={ids[choice]} value={choice}>
                <RadioGroup.Indicator />
              </RadioGroup.Item>
              <label htmlFor={ids[choice]}>
                <strong>{t(`files.binary.${choice}`)}</strong>
                <span>{t(`files.binary.${choice}Help`)}</span>
              </label>
            </div>
          ))}
        </RadioGroup.Root>
        {kind === "flat" && (
          <div className="addresses">
            <label htmlFor={ids.at}>{t("files.binary.at")}</label>
            <input
              id={ids.at}
              className="field mono"
              value={at}
              aria-invalid={tried && from === null}
              aria-describedby={ids.fault}
              onChange={(event) => setAt(event.target.value)}
            />
            <label htmlFor={ids.entry}>{t("files.binary.entry")}</label>
            <input
              id={ids.entry}
              className="field mono"
              value={entry ?? at}
              aria-invalid={tried && (start === null || outside)}
              aria-describedby={ids.fault}
              onChange={(event) => setEntry(event.target.value)}
            />
          </div>
        )}
        <p id={ids.fault} className="fault" role="status">
          {tried ? fault : null}
        </p>
        <div className="row answers">
          <button type="submit" className="button primary">
            {t("files.binary.open")}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t("files.name.cancel")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
