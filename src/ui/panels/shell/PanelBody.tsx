import { Suspense } from "react";
import Boundary from "../../components/Boundary.tsx";
import type { PanelId } from "../../layout/panel-ids.ts";
import { panelOf } from "../../layout/panels.ts";
import { LessonPanel } from "../lesson/LessonPanel.tsx";

/** What a tab of the workbench shows; the lesson stands above the program's text. */
export function PanelBody({ id }: { readonly id: PanelId }) {
  const { component: Content } = panelOf(id);
  return (
    <Boundary>
      <Suspense fallback={<div className="empty" aria-busy="true" />}>
        {id === "editor" ? (
          <div className="text-column">
            <LessonPanel />
            <Content />
          </div>
        ) : (
          <Content />
        )}
      </Suspense>
    </Boundary>
  );
}
