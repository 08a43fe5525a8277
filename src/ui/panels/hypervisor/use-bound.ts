import { useTranslation } from "react-i18next";
import type { ChannelView } from "../../../session/inspect/hypervisor.ts";

/** Says what an event channel is bound to. */
export function useBound(): (channel: ChannelView) => string {
  const { t } = useTranslation();
  return ({ kind, domain, target, name }) => {
    switch (kind) {
      case "unbound":
        return t("hypervisor.events.unbound", { domain });
      case "interdomain":
        return t("hypervisor.events.interdomain", { domain, port: target });
      case "virq":
        return t("hypervisor.events.virq", { name: name ?? target });
      case "pirq":
        return `${t("hypervisor.events.pirq", { number: target })}${name === null ? "" : ` (${name})`}`;
      case "ipi":
        return t("hypervisor.events.ipi");
    }
  };
}
