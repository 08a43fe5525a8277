import { ScrollText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { count, hex } from "../../format.ts";
import { en } from "../../i18n/areas/files.ts";
import { addFetchedWords } from "../../i18n/index.ts";
import { showPanel } from "../../layout/handle.ts";
import type { OpenDocument } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

await addFetchedWords("files", en, () => import("../../i18n/areas/zh/files.ts"));

interface Props {
  readonly binary: NonNullable<OpenDocument["binary"]>;
  readonly name: string;
}

/** A binary has no text: how it is loaded, and the way to its disassembly. */
export default function BinaryNote({ binary, name }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const entry = useUi((state) => state.run.program?.entry);
  return (
    <div className="empty binary-note">
      <p>
        <strong className="mono">{name}</strong>
        <br />
        {t("files.binary.note", { size: count(binary.bytes.length, language) })}
      </p>
      <p>
        {binary.kind === "flat" ? t("files.binary.flatAt", { at: hex(binary.at) }) : t("files.binary.multibootAt")}{" "}
        {entry !== undefined && t("files.binary.startsAt", { entry: hex(entry) })}
      </p>
      <button type="button" className="button" onClick={() => showPanel(engine, "listing", true)}>
        <ScrollText aria-hidden="true" />
        <span>{t("files.binary.disassembly")}</span>
      </button>
    </div>
  );
}
