import { Fragment, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Group, type Layout, Panel, Separator } from "react-resizable-panels";
import { useEngine } from "../../engine/context.ts";
import { type Arrangement, type Breadth, COLUMNS, type DockId } from "../../layout/arrangement.ts";
import { arrangementOf, rearrange } from "../../layout/handle.ts";
import { change, useUi } from "../../store/store.ts";
import { DockTabs } from "./DockTabs.tsx";
import "./workbench.css";

/** Sizes to begin with, in percent, and the least in pixels. */
const WIDTHS: Readonly<Record<Breadth, readonly number[]>> = { wide: [35, 37, 28], medium: [44, 56] };
const LEAST_WIDTHS: Readonly<Record<Breadth, readonly string[]>> = {
  wide: ["280px", "320px", "240px"],
  medium: ["260px", "320px"],
};
const HEIGHTS: Readonly<Record<DockId, number>> = { text: 100, stage: 75, log: 25, state: 62, io: 38 };

/** The docks of a wide or a medium page: tabs can be dragged to another place, places resized, panels closed and opened. */
export function Workbench({ breadth }: { readonly breadth: Breadth }) {
  const engine = useEngine();
  const arrangement = useUi((state) => arrangementOf(state, breadth));
  const generation = useUi((state) => state.layout.generation);
  useEffect(() => {
    change(engine.store, (draft) => {
      draft.layout.breadth = breadth;
    });
    return () =>
      change(engine.store, (draft) => {
        draft.layout.breadth = null;
      });
  }, [engine, breadth]);

  const columns = COLUMNS[breadth]
    .map((docks, index) => ({ index, docks: docks.filter((dock) => arrangement.docks[dock].tabs.length > 0) }))
    .filter(({ docks }) => docks.length > 0);
  return (
    <Row
      key={`${breadth} ${generation}`}
      ids={columns.map(({ index }) => `column-${index}`)}
      orientation="horizontal"
      arrangement={arrangement}
      sizes={columns.map(({ index }) => WIDTHS[breadth][index]!)}
      least={columns.map(({ index }) => LEAST_WIDTHS[breadth][index]!)}
      content={(at) => (
        <Row
          ids={columns[at]!.docks}
          orientation="vertical"
          arrangement={arrangement}
          sizes={columns[at]!.docks.map((dock) => HEIGHTS[dock])}
          least={columns[at]!.docks.map(() => "90px")}
          content={(place) => {
            const id = columns[at]!.docks[place]!;
            return <DockTabs id={id} dock={arrangement.docks[id]} />;
          }}
        />
      )}
    />
  );
}

interface RowProps {
  readonly ids: readonly string[];
  readonly orientation: "horizontal" | "vertical";
  readonly arrangement: Arrangement;
  readonly sizes: readonly number[];
  readonly least: readonly string[];
  content(index: number): React.ReactNode;
}

/** Things beside or below each other with handles between; their sizes are kept by who stands there. */
function Row({ ids, orientation, arrangement, sizes, least, content }: RowProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const key = ids.join(" ");
  const kept = arrangement.sizes[key];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const keep = (layout: Layout): void => {
    if (ids.length > 1) rearrange(engine, (now) => ({ ...now, sizes: { ...now.sizes, [key]: { ...layout } } }));
  };
  return (
    <Group
      key={key}
      orientation={orientation}
      className="group"
      {...(kept && { defaultLayout: kept })}
      onLayoutChanged={keep}
    >
      {ids.map((id, index) => (
        <Fragment key={id}>
          {index > 0 && (
            <Separator
              className={`handle ${orientation === "vertical" ? "across" : ""}`}
              aria-label={t("app.resize")}
            />
          )}
          <Panel id={id} defaultSize={`${(sizes[index]! / total) * 100}%`} minSize={least[index]!}>
            {content(index)}
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}
