import { FolderOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { en } from "../../i18n/areas/files.ts";
import { addFetchedWords } from "../../i18n/index.ts";

await addFetchedWords("files", en, () => import("../../i18n/areas/zh/files.ts"));

/** Says, while files are dragged over the page, that they can be dropped. */
export default function DropZone() {
  const { t } = useTranslation();
  return (
    <div className="drop-zone" aria-hidden="true">
      <div>
        <FolderOpen />
        <strong>{t("files.drop")}</strong>
        <span>{t("files.dropHelp")}</span>
      </div>
    </div>
  );
}
