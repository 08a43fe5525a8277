/** The version that is written. */
export const LINK_VERSION = 1;

/**
 * How a record becomes one of the next version: the function at index i takes an unchecked record of version i + 1.
 * Links are forever, so an entry never goes away and never changes what it has once done.
 */
const MIGRATIONS: readonly ((record: unknown) => unknown)[] = [];

/** Brings an unchecked record of `version` (1..LINK_VERSION) to the present version. */
export function migrate(record: unknown, version: number): unknown {
  return MIGRATIONS.slice(version - 1).reduce((current, step) => step(current), record);
}
