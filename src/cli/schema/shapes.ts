/** A JSON Schema (2020-12), as far as it is used here. */
export type Schema = { readonly [key: string]: unknown };

export const integer: Schema = { type: "integer", minimum: 0 };
export const word: Schema = { type: "integer", minimum: 0, maximum: 0xffffffff };
export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const digest: Schema = { type: "string", pattern: "^[0-9a-f]{16}$" };

export function list(items: Schema): Schema {
  return { type: "array", items };
}

export function oneOf(values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function ref(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** An object with exactly these properties, all of them required but for those named. */
export function record(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

/** `schema` with a sentence about it. */
export function about(description: string, schema: Schema): Schema {
  return { ...schema, description };
}
