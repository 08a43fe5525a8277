/**
 * The catalogues of panels and dialogs that are loaded when first shown: `areas/NAME.ts` exports `en`, and `zh` of the same
 * shape. A panel registers its own with `addWords`; its keys then begin with the area's name. Where the page shows an area
 * from the first moment, its `zh` is in `areas/zh/NAME.ts` and fetched by those who read it: `addFetchedWords`.
 */
export interface Areas {
  breakpoints: typeof import("./areas/breakpoints.ts").en;
  time: typeof import("./areas/time.ts").en;
  tour: typeof import("./areas/tour.ts").en;
  present: typeof import("./areas/present.ts").en;
  compared: typeof import("./areas/compared.ts").en;
  terms: typeof import("./areas/terms.ts").en;
  embed: typeof import("./areas/embed.ts").en;
  files: typeof import("./areas/files.ts").en;
  translation: typeof import("./areas/translation.ts").en;
  vmx: typeof import("./areas/vmx.ts").en;
  hypervisor: typeof import("./areas/hypervisor.ts").en;
  listing: typeof import("./areas/listing.ts").en;
  language: typeof import("./areas/language.ts").en;
  system: typeof import("./areas/system.ts").en;
  share: typeof import("./areas/share.ts").en;
  terminal: typeof import("./areas/terminal.ts").en;
  port: typeof import("./areas/port.ts").en;
  memory: typeof import("./areas/memory.ts").en;
  turns: typeof import("./areas/turns.ts").en;
}
