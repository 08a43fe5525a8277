/** The files of `programs/include` that make up the wedge; the first includes the others. */
export const WEDGE_FILES = [
  "include/wedge.inc",
  "include/wedge-names.inc",
  "include/wedge-fast.inc",
  "include/wedge-boot.inc",
  "include/wedge-traps.inc",
  "include/wedge-memory.inc",
  "include/wedge-deliver.inc",
  "include/wedge-decode.inc",
  "include/wedge-system.inc",
  "include/wedge-segments.inc",
  "include/wedge-transfer.inc",
  "include/wedge-ports.inc",
  "include/wedge-devices.inc",
  "include/wedge-data.inc",
] as const;
/** Names that are the wedge's: a guest with one of its own cannot take it in. */
export const WEDGE_NAME = /^(?:wedge|wk_|pv$|pv_ops$)/i;
