import { lazy, Suspense, useEffect, useState } from "react";
import { useEngine } from "../../engine/context.ts";
import { droppedFiles } from "../../local/drop.ts";
import { useUi } from "../../store/store.ts";
import "./files.css";

// Fetched when there is something to say.
const DocumentNotices = lazy(() => import("./DocumentNotices.tsx"));
const DropZone = lazy(() => import("./DropZone.tsx"));

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

/** Takes files that are dropped on the page, and shows what is to be said of files. */
export function FileNotices() {
  const engine = useEngine();
  const wanted = useUi(({ documents: { offer, refusals, saving } }) => {
    return offer !== null || refusals.length > 0 || saving === "full" || saving === "off";
  });
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      event.stopPropagation();
      const dropped = droppedFiles(event.dataTransfer);
      void import("../../engine/local.ts").then(async ({ openFiles }) => openFiles(engine, await dropped));
    };
    const listeners = { dragover: onDragOver, dragleave: onDragLeave, drop: onDrop } as const;
    for (const [name, listener] of Object.entries(listeners)) {
      window.addEventListener(name, listener as EventListener, { capture: true });
    }
    return () => {
      for (const [name, listener] of Object.entries(listeners)) {
        window.removeEventListener(name, listener as EventListener, { capture: true });
      }
    };
  }, [engine]);
  return (
    <Suspense>
      {wanted && <DocumentNotices />}
      {over && <DropZone />}
    </Suspense>
  );
}
