import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { useUi } from "../../store/store.ts";
import "./registers.css";
import { type RegisterGroup, type RegisterRow, registerGroups } from "./rows.ts";

/** The registers as they are, beside what the guest believes. */
export function RegistersPanel() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  return (
    <Panel title={t("registers.title")} className="registers">
      {view === null ? (
        <div className="empty">
          <p>{t("registers.empty")}</p>
        </div>
      ) : (
        <Registers view={view} />
      )}
    </Panel>
  );
}

function Registers({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const groups = useMemo(() => registerGroups(view), [view]);
  const virtual = view.occupants.some((occupant) => occupant.who === "vmm");
  return (
    <Scroller className="registers-body" label={t("common.contentOf", { title: t("registers.title") })}>
      <p className="registers-legend">
        <span className="mark-differs">≠</span> {t("registers.legendDiffers")} <span className="mark-changed">•</span>{" "}
        {t("registers.legendChanged")}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("registers.name")}</th>
            <th scope="col">{t("registers.physical")}</th>
            {virtual && <th scope="col">{t("registers.guest")}</th>}
          </tr>
        </thead>
        {groups.map((group) => (
          <Group key={group.id} group={group} virtual={virtual} />
        ))}
      </table>
    </Scroller>
  );
}

function Group({ group, virtual }: { readonly group: RegisterGroup; readonly virtual: boolean }) {
  const { t } = useTranslation();
  return (
    <tbody>
      <tr className="group-name">
        <th scope="rowgroup" colSpan={virtual ? 3 : 2}>
          {t(`registers.group.${group.id}`)}
        </th>
      </tr>
      {group.rows.map((row) => (
        <Row key={row.name} row={row} virtual={virtual} nested={group.rows[0] !== row && row.physical.length <= 2} />
      ))}
    </tbody>
  );
}

function Row({
  row,
  virtual,
  nested,
}: {
  readonly row: RegisterRow;
  readonly virtual: boolean;
  readonly nested: boolean;
}) {
  const { t } = useTranslation();
  const differs = virtual && row.differs;
  return (
    <tr className={`${differs ? "differs" : ""} ${nested ? "nested" : ""}`}>
      <th scope="row">{row.name}</th>
      <td>
        <Value value={row.physical} was={row.wasPhysical} />
      </td>
      {virtual && (
        <td>
          {differs && (
            <>
              <span className="mark-differs" aria-hidden="true">
                ≠
              </span>
              <span className="visually-hidden">{t("registers.differs")}</span>
            </>
          )}
          <Value value={row.guest} was={row.wasGuest} told={row.wasGuest === row.wasPhysical} />
        </td>
      )}
    </tr>
  );
}

interface ValueProps {
  readonly value: string;
  readonly was: string | null;
  /** The old value stands in the column before already. */
  readonly told?: boolean;
}

function Value({ value, was, told = false }: ValueProps) {
  const { t } = useTranslation();
  if (was === null) return <span className="value">{value}</span>;
  return (
    <span className="value changed">
      <span className="mark-changed" aria-hidden="true">
        •
      </span>
      {value}
      {!told && (
        <span className="was" aria-hidden="true">
          ← {was}
        </span>
      )}
      <span className="visually-hidden">{t("registers.was", { value: was })}</span>
    </span>
  );
}
