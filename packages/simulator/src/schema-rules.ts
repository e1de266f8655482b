// Which JSON schemas structured outputs and strict tools accept.
//
// @see Anthropic's structured-outputs page (2026-08-22) and the schema transform of `@anthropic-ai/sdk` 1.11.0, read
// 2026-11-21. Where the page is silent (`default`, `$schema`) the simulator refuses what the SDK never sends.

/** Most optional properties over all strict schemas of one request. */
const MAX_OPTIONAL_PROPERTIES = 24;

/** Most union-typed parameters (`anyOf` or a list of types) over all strict schemas of one request. */
const MAX_UNIONS = 16;

const FORMATS = new Set("date-time,time,date,duration,email,hostname,uri,ipv4,ipv6,uuid".split(","));
const TYPES = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const KEYWORDS = new Set(
  (
    "type,enum,const,anyOf,allOf,$ref,$defs,definitions,properties,required,additionalProperties,items,minItems," +
    "format,pattern,title,description"
  ).split(","),
);

type Schema = Readonly<Record<string, unknown>>;

/** What was met so far, over all strict schemas of one request. */
export interface SchemaTally {
  optionals: number;
  unions: number;
}

/** What is wrong with a strict schema, as the message of a 400; `undefined` when nothing is. Adds to `tally`. */
export function checkSchema(root: Schema, at: string, tally: SchemaTally): string | undefined {
  if (root.type !== "object") return `${at}: Expected the root of the schema to be of type 'object'.`;
  const walk = new SchemaWalk(root, tally);
  return walk.node(root, at) ?? walk.recursion(at);
}

/** What is wrong with the sums over all strict schemas of a request. */
export function checkTally(tally: SchemaTally): string | undefined {
  if (tally.optionals > MAX_OPTIONAL_PROPERTIES) {
    return `Schemas contain too many optional parameters (${tally.optionals}), which would make grammar compilation inefficient. Reduce the number of optional parameters in your strict schemas (limit: ${MAX_OPTIONAL_PROPERTIES}).`;
  }
  if (tally.unions > MAX_UNIONS) {
    return `Schemas contain too many parameters with union types (${tally.unions} parameters with type arrays or anyOf). Reduce the number of union-typed parameters (limit: ${MAX_UNIONS}).`;
  }
  return undefined;
}

class SchemaWalk {
  readonly #root: Schema;
  readonly #tally: SchemaTally;
  /** Definition name (or `"#"` for the root) to the definitions it refers to. */
  readonly #refs: Map<string, Set<string>> = new Map();
  #inside = "#";

  constructor(root: Schema, tally: SchemaTally) {
    this.#root = root;
    this.#tally = tally;
  }

  node(schema: unknown, at: string): string | undefined {
    if (!isSchema(schema)) return `${at}: Expected a schema object, got ${JSON.stringify(schema)}.`;
    for (const keyword of Object.keys(schema)) {
      if (!KEYWORDS.has(keyword))
        return `${at}: For '${String(schema.type ?? "any")}' type, property '${keyword}' is not supported`;
    }
    return (
      this.#own(schema, at) ??
      this.#object(schema, at) ??
      this.#reference(schema, at) ??
      this.#parts(schema, at) ??
      this.#definitions(schema, at)
    );
  }

  recursion(at: string): string | undefined {
    const visit = (name: string, path: readonly string[]): string | undefined => {
      if (path.includes(name))
        return `${at}: Recursive schemas are not supported (${[...path, name].join(" → ")}).`;
      for (const next of this.#refs.get(name) ?? []) {
        const found = visit(next, [...path, name]);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    for (const name of this.#refs.keys()) {
      const found = visit(name, []);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Keywords that concern one node alone. */
  #own(schema: Schema, at: string): string | undefined {
    const { type, format, minItems, pattern } = schema;
    const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
    for (const one of types) if (!TYPES.has(String(one))) return `${at}: Unknown type '${String(one)}'.`;
    if (types.length === 0 && !["enum", "const", "anyOf", "allOf", "$ref"].some((key) => key in schema)) {
      return `${at}: Schema must have a 'type', 'anyOf', 'enum', 'const' or '$ref'.`;
    }
    if (Array.isArray(type) || "anyOf" in schema) this.#tally.unions += 1;
    if (format !== undefined && !FORMATS.has(String(format)))
      return `${at}: String format '${String(format)}' is not supported.`;
    if (minItems !== undefined && minItems !== 0 && minItems !== 1) {
      return `${at}: For 'array' type, 'minItems' values other than 0 or 1 are not supported.`;
    }
    if (typeof pattern === "string" && /\(\?[=!<]|\\b/i.test(pattern))
      return `${at}: Look-around and \\b are not supported in 'pattern'.`;
    const values = schema.enum;
    if (values !== undefined && !(Array.isArray(values) && values.length > 0 && values.every(isPrimitive))) {
      return `${at}: Expected 'enum' to be a non-empty list of strings, numbers, booleans or nulls.`;
    }
    return undefined;
  }

  #object(schema: Schema, at: string): string | undefined {
    const { properties, required, type } = schema;
    const isObject = type === "object" || (Array.isArray(type) && type.includes("object"));
    if (isObject && schema.additionalProperties !== false) {
      return `${at}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
    }
    if (properties === undefined) return undefined;
    if (!isObject || !isSchema(properties))
      return `${at}: 'properties' belongs to type 'object' and is an object.`;
    const names = Array.isArray(required) ? required : [];
    for (const name of names) {
      if (!Object.hasOwn(properties, String(name)))
        return `${at}: 'required' names '${String(name)}', which 'properties' does not have.`;
    }
    for (const [name, property] of Object.entries(properties)) {
      if (!names.includes(name)) this.#tally.optionals += 1;
      const found = this.node(property, `${at}.properties.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #reference(schema: Schema, at: string): string | undefined {
    const ref = schema.$ref;
    if (ref === undefined) return undefined;
    if (ref === "#") return `${at}: Recursive schemas are not supported ($ref '#').`;
    const match = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(ref));
    const [, table = "", name = ""] = match ?? [];
    const definitions = this.#root[table];
    if (!isSchema(definitions) || !Object.hasOwn(definitions, name))
      return `${at}: $ref '${String(ref)}' is not a definition of this schema.`;
    const from = this.#refs.get(this.#inside) ?? new Set();
    this.#refs.set(this.#inside, from.add(name));
    return undefined;
  }

  #parts(schema: Schema, at: string): string | undefined {
    if ("items" in schema) {
      const found = this.node(schema.items, `${at}.items`);
      if (found !== undefined) return found;
    }
    for (const keyword of ["anyOf", "allOf"]) {
      const variants = schema[keyword];
      if (variants === undefined) continue;
      if (!Array.isArray(variants) || variants.length === 0)
        return `${at}: Expected '${keyword}' to be a non-empty list.`;
      for (const [index, variant] of variants.entries()) {
        if (keyword === "allOf" && isSchema(variant) && "$ref" in variant)
          return `${at}: 'allOf' with '$ref' is not supported.`;
        const found = this.node(variant, `${at}.${keyword}.${index}`);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #definitions(schema: Schema, at: string): string | undefined {
    for (const table of ["$defs", "definitions"]) {
      const definitions = schema[table];
      if (definitions === undefined) continue;
      if (schema !== this.#root || !isSchema(definitions))
        return `${at}: '${table}' belongs to the root of the schema.`;
      for (const [name, definition] of Object.entries(definitions)) {
        this.#inside = name;
        const found = this.node(definition, `${at}.${table}.${name}`);
        this.#inside = "#";
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPrimitive(value: unknown): boolean {
  return value === null || typeof value !== "object";
}
