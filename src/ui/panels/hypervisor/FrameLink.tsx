import { useTranslation } from "react-i18next";
import { hex } from "../../format.ts";

/** The number of a machine frame, which leads to what there is to say of it. */
export function FrameLink({ frame, onFrame }: { readonly frame: number; onFrame(frame: number): void }) {
  const { t } = useTranslation();
  const text = hex(frame, 5);
  return (
    <button
      type="button"
      className="memory-link mono"
      aria-label={t("hypervisor.frames.showFrame", { frame: text })}
      onClick={() => onFrame(frame)}
    >
      {text}
    </button>
  );
}
