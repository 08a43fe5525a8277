import { useTranslation } from "react-i18next";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { useEngine } from "../../engine/context.ts";
import { showMemory } from "../../engine/memory.ts";
import { hex } from "../../format.ts";
import "./words.ts";

/** An address that leads to the memory panel. */
export function MemoryLink({ space, address }: { readonly space: AddressSpace; readonly address: number }) {
  const { t } = useTranslation();
  const engine = useEngine();
  return (
    <button
      type="button"
      className="memory-link mono"
      aria-label={`${hex(address)}: ${t("system.side.memory")}`}
      title={t("system.side.memory")}
      onClick={() => showMemory(engine, space, address)}
    >
      {hex(address)}
    </button>
  );
}
