/** Panels of the workbench; each has a row in layout/panels.ts and a name in the catalogues under `app.panel`. */
export const PANEL_IDS = [
  "editor",
  "stage",
  "events",
  "breakpoints",
  "watches",
  "listing",
  "translation",
  "registers",
  "console",
  "tables",
  "paging",
  "devices",
  "vcpu",
  "hypervisor",
  "vmcs",
  "commands",
  "summary",
  "memory",
  "stack",
] as const;
export type PanelId = (typeof PANEL_IDS)[number];

export function isPanelId(text: string): text is PanelId {
  return (PANEL_IDS as readonly string[]).includes(text);
}
