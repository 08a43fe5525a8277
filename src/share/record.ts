import * as v from "valibot";

/**
 * What a link carries (version 1): plain data, no word of any language. A new or changed field is a new version: see
 * `versions.ts`.
 */

/** Names that mean something to JavaScript objects are no file names, wherever they come from. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

/** A relative path with forward slashes, no `..`, no control characters. */
export function isPath(path: string): boolean {
  if (path.length === 0 || path.length > 200) return false;
  for (const char of path) {
    const code = char.codePointAt(0) as number;
    if (code < 0x20 || code === 0x7f || char === "\\" || char === ":") return false;
  }
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !FORBIDDEN_NAMES.has(part));
}

const path = v.pipe(v.string(), v.check(isPath, "a relative path"));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const address = v.pipe(whole, v.maxValue(0xffffffff));
const name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/));
const base64 = v.pipe(v.string(), v.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/));

const program = v.variant("kind", [
  v.strictObject({ kind: v.literal("builtin"), path }),
  v.pipe(
    v.strictObject({
      kind: v.literal("source"),
      files: v.pipe(
        v.record(path, v.string()),
        v.check((files) => Object.keys(files).length <= 256, "at most 256 files"),
      ),
      main: path,
    }),
    v.check((source) => Object.hasOwn(source.files, source.main), "main is one of the files"),
  ),
  v.strictObject({ kind: v.literal("flat"), image: base64, at: address, entry: address }),
  v.strictObject({ kind: v.literal("multiboot"), image: base64 }),
]);

const byte = v.pipe(whole, v.maxValue(255));

const input = v.strictObject({
  tick: whole,
  event: v.variant("kind", [
    v.strictObject({
      kind: v.literal("key"),
      code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,32}$/)),
      down: v.boolean(),
    }),
    v.strictObject({ kind: v.literal("serial"), byte }),
    v.strictObject({
      kind: v.literal("set-register"),
      name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.]{1,15}$/)),
      value: address,
    }),
    v.strictObject({
      kind: v.literal("set-memory"),
      address,
      bytes: v.pipe(v.array(byte), v.minLength(1), v.maxLength(4096), v.readonly()),
    }),
    v.strictObject({ kind: v.literal("set-option"), option: name, on: v.boolean() }),
  ]),
});

const expression = v.pipe(v.string(), v.maxLength(1000));
const port = v.pipe(whole, v.maxValue(0xffff));
const ring = v.nullable(v.pipe(whole, v.maxValue(3)));

/** What every breakpoint may have beside its place; absent in links made before there was any of it. */
const options = {
  enabled: v.exactOptional(v.boolean()),
  condition: v.exactOptional(expression),
  hits: v.exactOptional(
    v.strictObject({ rule: v.picklist(["at", "from", "every"]), count: v.pipe(whole, v.minValue(1)) }),
  ),
};

const breakpoint = v.variant("kind", [
  v.strictObject({ kind: v.literal("line"), file: path, line: v.pipe(whole, v.minValue(1)), ...options }),
  v.strictObject({ kind: v.literal("address"), address, ...options }),
  v.strictObject({
    kind: v.literal("data"),
    address: expression,
    size: v.pipe(whole, v.minValue(1), v.maxValue(256 * 1024 * 1024)),
    access: v.picklist(["read", "write", "any"]),
    space: v.picklist(["linear", "physical"]),
    ...options,
  }),
  v.strictObject({
    kind: v.literal("port"),
    from: port,
    to: port,
    direction: v.picklist(["in", "out", "any"]),
    ...options,
  }),
  v.strictObject({
    kind: v.literal("vector"),
    vector: v.nullable(v.pipe(whole, v.maxValue(255))),
    into: v.picklist(["guest", "vmm", "any"]),
    ...options,
  }),
  v.strictObject({ kind: v.literal("ring"), from: ring, to: ring, view: v.picklist(["guest", "real"]), ...options }),
  v.strictObject({
    kind: v.literal("mode"),
    bit: v.picklist(["paging", "protection"]),
    to: v.nullable(v.picklist(["on", "off"])),
    ...options,
  }),
  v.strictObject({ kind: v.literal("silent"), row: v.nullable(v.pipe(v.string(), v.maxLength(64))), ...options }),
  v.strictObject({ kind: v.literal("change"), expression, ...options }),
  v.strictObject({ kind: v.literal("vm-exit"), reason: v.nullable(v.pipe(whole, v.maxValue(0xffff))), ...options }),
  v.strictObject({ kind: v.literal("vm-fail"), ...options }),
  v.strictObject({ kind: v.literal("vm-switch"), ...options }),
]);

const watch = v.strictObject({ expression, format: v.picklist(["hex", "unsigned", "signed", "binary"]) });

export const linkRecordSchema = v.strictObject({
  program,
  /** A strategy's id; whether there is one of that name is for the opener to say. */
  strategy: name,
  memoryMiB: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  /** Ids of the what-if rules in force. */
  whatIf: v.pipe(v.array(name), v.maxLength(64)),
  /** Ids of the strategy's switches that are on; absent where there are none. An opener passes over those it does not have. */
  options: v.exactOptional(v.pipe(v.array(name), v.maxLength(64))),
  /** Recorded inputs by virtual time, in order. */
  inputs: v.pipe(
    v.array(input),
    v.maxLength(100_000),
    v.check((inputs) => inputs.every((e, i) => i === 0 || e.tick >= (inputs[i - 1]?.tick ?? 0)), "in order of time"),
  ),
  breakpoints: v.pipe(v.array(breakpoint), v.maxLength(10_000)),
  /** Expressions that the page shows; absent where there are none. */
  watches: v.exactOptional(v.pipe(v.array(watch), v.maxLength(1000))),
  /** The moment to land on, and a digest (hexadecimal) of the state there. */
  moment: v.nullable(v.strictObject({ step: whole, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{8,128}$/)) })),
});

export type LinkRecord = v.InferOutput<typeof linkRecordSchema>;
export type LinkProgram = LinkRecord["program"];
export type LinkInput = LinkRecord["inputs"][number];
export type LinkBreakpoint = LinkRecord["breakpoints"][number];
