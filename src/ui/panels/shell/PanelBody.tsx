import Boundary from "../../components/Boundary.tsx";
import { PanelContent } from "../../components/PanelContent.tsx";
import type { PanelId } from "../../layout/panel-ids.ts";
import { LessonPanel } from "../lesson/LessonPanel.tsx";

/** What a tab of the workbench shows; the lesson stands above the program's text. */
export function PanelBody({ id }: { readonly id: PanelId }) {
  return (
    <Boundary>
      {id === "editor" ? (
        <div className="text-column">
          <LessonPanel />
          <PanelContent id={id} />
        </div>
      ) : (
        <PanelContent id={id} />
      )}
    </Boundary>
  );
}
