import { LayoutPanelLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { late, Wanted } from "../../components/Wanted.tsx";

const list = late(() => import("./PanelMenuList.tsx"));

/** Opens the list of panels. */
export function PanelMenu() {
  const { t } = useTranslation();
  const name = t("app.panelMenu");
  const icon = <LayoutPanelLeft aria-hidden="true" />;
  return (
    <Wanted
      module={list}
      opens="menu"
      face={{ className: "button icon quiet", "aria-label": name, title: name, children: icon }}
    >
      {({ PanelMenuList }, place) => <PanelMenuList {...place} />}
    </Wanted>
  );
}
