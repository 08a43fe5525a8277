import { useEngine } from "../../engine/context.ts";
import { change, useUi } from "../../store/store.ts";
import "./dialogs.css";
import { HelpDialog } from "./HelpDialog.tsx";
import { PaletteDialog } from "./PaletteDialog.tsx";
import { ShareDialog } from "./ShareDialog.tsx";

/** The dialog that is open, if any. */
export default function Dialogs() {
  const engine = useEngine();
  const dialog = useUi((state) => state.dialog);
  const close = (): void =>
    change(engine.store, (draft) => {
      draft.dialog = null;
    });
  if (dialog === "help") return <HelpDialog onClose={close} />;
  if (dialog === "palette") return <PaletteDialog onClose={close} />;
  if (dialog === "share") return <ShareDialog onClose={close} />;
  return null;
}
