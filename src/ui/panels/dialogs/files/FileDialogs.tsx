import { en } from "../../../i18n/areas/files.ts";
import { addFetchedWords } from "../../../i18n/index.ts";
import type { DialogId } from "../../../store/state.ts";
import { BinaryDialog } from "./BinaryDialog.tsx";
import { LeaveDialog } from "./LeaveDialog.tsx";
import { NameDialog } from "./NameDialog.tsx";
import { TemplatesDialog } from "./TemplatesDialog.tsx";
import { TextsDialog } from "./TextsDialog.tsx";
import "./file-dialogs.css";

await addFetchedWords("files", en, () => import("../../../i18n/areas/zh/files.ts"));

/** The dialogs about files and texts. */
export default function FileDialogs({ dialog, onClose }: { readonly dialog: DialogId; readonly onClose: () => void }) {
  if (dialog === "templates") return <TemplatesDialog onClose={onClose} />;
  if (dialog === "texts") return <TextsDialog onClose={onClose} />;
  if (dialog === "binary") return <BinaryDialog onClose={onClose} />;
  if (dialog === "file") return <NameDialog onClose={onClose} />;
  if (dialog === "leave") return <LeaveDialog />;
  return null;
}
