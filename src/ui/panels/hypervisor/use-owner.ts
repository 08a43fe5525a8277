import { useTranslation } from "react-i18next";
import type { FrameOwner } from "../../../session/inspect/hypervisor-frames.ts";

/** Says who owns a frame. */
export function useOwner(): (owner: FrameOwner) => string {
  const { t } = useTranslation();
  return (owner) => {
    if (owner === "hypervisor") return t("hypervisor.xen");
    return owner === "nobody" ? t("hypervisor.frames.free") : t("hypervisor.domain", { id: owner });
  };
}
