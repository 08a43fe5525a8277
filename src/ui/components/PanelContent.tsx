import { Suspense } from "react";
import type { PanelId } from "../layout/panel-ids.ts";
import { panelOf } from "../layout/panels.ts";

/** A panel, wherever it is put; an empty place until it has been loaded. */
export function PanelContent({ id }: { readonly id: PanelId }) {
  const { component: Content } = panelOf(id);
  return (
    <Suspense fallback={<div className="empty" aria-busy="true" />}>
      <Content />
    </Suspense>
  );
}
