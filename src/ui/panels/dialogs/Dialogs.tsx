import { lazy, Suspense } from "react";
import { useEngine } from "../../engine/context.ts";
import type { DialogId } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import "./dialogs.css";
import { en, zh } from "../../i18n/areas/time.ts";
import { addWords } from "../../i18n/index.ts";
import { HelpDialog } from "./HelpDialog.tsx";
import { KeysDialog } from "./KeysDialog.tsx";
import { PaletteDialog } from "./PaletteDialog.tsx";
import { ShareDialog } from "./ShareDialog.tsx";

const RenameDialog = lazy(() => import("./RenameDialog.tsx"));
const PortDialog = lazy(() => import("./port/PortDialog.tsx"));
const FileDialogs = lazy(() => import("./files/FileDialogs.tsx"));
const FILE_DIALOGS: ReadonlySet<DialogId> = new Set(["templates", "texts", "binary", "file", "leave"]);

addWords("time", { en, zh });

/** The dialog that is open, if any. */
export default function Dialogs() {
  const engine = useEngine();
  const dialog = useUi((state) => state.dialog);
  const close = (): void =>
    change(engine.store, (draft) => {
      draft.dialog = null;
    });
  if (dialog === "help") return <HelpDialog onClose={close} />;
  if (dialog === "keys") return <KeysDialog onClose={close} />;
  if (dialog === "palette") return <PaletteDialog onClose={close} />;
  if (dialog === "rename") {
    return (
      <Suspense>
        <RenameDialog onClose={close} />
      </Suspense>
    );
  }
  if (dialog === "port") {
    return (
      <Suspense>
        <PortDialog onClose={close} />
      </Suspense>
    );
  }
  if (dialog === "share") return <ShareDialog onClose={close} />;
  if (dialog !== null && FILE_DIALOGS.has(dialog)) {
    return (
      <Suspense>
        <FileDialogs dialog={dialog} onClose={close} />
      </Suspense>
    );
  }
  return null;
}
