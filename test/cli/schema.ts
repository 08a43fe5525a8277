/** A check of a value against the JSON Schema that `ringside schema` prints, as far as that schema goes. */
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

export interface Definitions {
  readonly $defs: Readonly<Record<string, Schema>>;
}

/** Every way in which `value` is not of the type `name`, a line each with the path to the place. */
export function violations(definitions: Definitions, name: string, value: unknown): string[] {
  return judge(definitions, { $ref: `#/$defs/${name}` }, value, name);
}

function judge(definitions: Definitions, schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref !== undefined) {
    const target = definitions.$defs[schema.$ref.slice("#/$defs/".length)];
    return target === undefined ? [`${path}: no type ${schema.$ref}`] : judge(definitions, target, value, path);
  }
  if (schema.anyOf !== undefined) {
    const results = schema.anyOf.map((option) => judge(definitions, option, value, path));
    return results.some((result) => result.length === 0) ? [] : results[0]!;
  }
  const wrong: string[] = [];
  const note = (text: string) => wrong.push(`${path}: ${text}`);
  if (schema.type !== undefined && !hasType(schema.type, value))
    return [`${path}: ${JSON.stringify(value)} is no ${schema.type}`];
  if ("const" in schema && value !== schema.const)
    note(`${JSON.stringify(value)} is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    note(`${JSON.stringify(value)} is none of the choices`);
  if (typeof value === "number" && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)))
    note(`${value} is out of range`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value)))
    note(`${value} does not fit ${schema.pattern}`);
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema;
    value.forEach((item, i) => void wrong.push(...judge(definitions, items, item, `${path}[${i}]`)));
  }
  if (schema.properties !== undefined)
    wrong.push(...judgeObject(definitions, schema, value as Record<string, unknown>, path));
  return wrong;
}

function judgeObject(definitions: Definitions, schema: Schema, value: Record<string, unknown>, path: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`);
  const others = Object.keys(value).filter((name) => !(name in properties) && additionalProperties === false);
  const inside = Object.entries(properties).flatMap(([name, property]) =>
    name in value ? judge(definitions, property, value[name], `${path}.${name}`) : [],
  );
  return [...missing, ...others.map((name) => `${path}.${name} is not in the schema`), ...inside];
}

function hasType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
