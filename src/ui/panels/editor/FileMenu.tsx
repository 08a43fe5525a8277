import { EllipsisVertical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { late, Wanted } from "../../components/Wanted.tsx";
import { en } from "../../i18n/areas/files.ts";
import { addFetchedWords } from "../../i18n/index.ts";
import type { OpenDocument } from "../../store/state.ts";

await addFetchedWords("files", en, () => import("../../i18n/areas/zh/files.ts"));

const list = late(() => import("./FileMenuList.tsx"));

/** Opens the menu of the file on view. */
export default function FileMenu({ document, file }: { readonly document: OpenDocument; readonly file: string }) {
  const { t } = useTranslation();
  const name = t("files.menu");
  const icon = <EllipsisVertical aria-hidden="true" />;
  return (
    <Wanted
      module={list}
      opens="menu"
      face={{ className: "button icon quiet", "aria-label": name, title: name, children: icon }}
    >
      {({ FileMenuList }, place) => <FileMenuList {...place} document={document} file={file} />}
    </Wanted>
  );
}
