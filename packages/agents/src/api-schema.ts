// From the JSON Schema of a role's output to one that structured outputs accept, or to the finding that none can
// say it. Bounds that the API does not know (lengths, ranges, patterns) become part of the description: the run
// holds the output against the full schema in any case.
//
// @see Anthropic's structured-outputs page, read 2026-08-22: closed objects, no recursion, at most 24 optional
// properties and 16 unions in one request

import type { JsonValue } from "@terrace/core";

/** A schema that the API accepts; its definitions stand apart, since they belong to the root of what is sent. */
export interface ApiSchema {
  readonly schema: JsonValue;
  readonly definitions: JsonValue | undefined;
}

type Schema = { readonly [key: string]: JsonValue };

const MOST_OPTIONAL = 24;
const MOST_UNIONS = 16;
const KEPT = new Set(["type", "enum", "const", "$ref", "title", "description", "required"]);
const FORMATS = new Set("date-time,time,date,duration,email,hostname,uri,ipv4,ipv6,uuid".split(","));
const DROPPED = new Set([
  "$schema",
  "$id",
  "id",
  "default",
  "examples",
  "readOnly",
  "writeOnly",
  "deprecated",
]);
/** What no closed schema can say: tuples, open keys, negation. Left out, the model could not answer as it must. */
const INEXPRESSIBLE = [
  "prefixItems",
  "patternProperties",
  "not",
  "if",
  "allOf",
  "contains",
  "dependentSchemas",
];

/** The schema for the API; `undefined` when it cannot say what `schema` says (records, tuples, recursion, size). */
export function toApiSchema(schema: JsonValue): ApiSchema | undefined {
  const walk = new Walk();
  const converted = walk.node(schema, true);
  const known = walk.refs.every((ref) => walk.definitions.has(ref));
  if (!walk.expressible || !known || walk.isRecursive()) return undefined;
  if (walk.optionals > MOST_OPTIONAL || walk.unions > MOST_UNIONS) return undefined;
  const definitions = walk.definitions.size === 0 ? undefined : Object.fromEntries(walk.definitions);
  return { schema: converted, definitions };
}

class Walk {
  readonly definitions: Map<string, JsonValue> = new Map();
  readonly refs: string[] = [];
  readonly #refsOf: Map<string, string[]> = new Map();
  optionals = 0;
  unions = 0;
  expressible = true;

  node(schema: JsonValue | undefined, isRoot = false): JsonValue {
    if (!isSchema(schema) || !this.#saysAType(schema) || INEXPRESSIBLE.some((key) => key in schema)) {
      this.expressible = false;
      return {};
    }
    const converted: Record<string, JsonValue> = {};
    const hints: string[] = [];
    for (const [key, value] of Object.entries(schema)) this.#keyword(key, value, converted, hints);
    if (Array.isArray(schema.type) || "anyOf" in converted) this.unions += 1;
    if (hints.length > 0) {
      const before = typeof schema.description === "string" ? `${schema.description} ` : "";
      converted.description = `${before}(${hints.join(", ")})`;
    }
    if (isOf("object", schema)) this.#object(schema, converted);
    // A list of which nothing is known would be a list of anything, which a closed schema cannot say.
    if (isOf("array", schema) && schema.items === undefined) this.expressible = false;
    if (isRoot) for (const table of ["$defs", "definitions"]) this.#definitions(schema[table]);
    return converted;
  }

  isRecursive(): boolean {
    const reaches = (name: string, path: readonly string[]): boolean =>
      path.includes(name) || (this.#refsOf.get(name) ?? []).some((next) => reaches(next, [...path, name]));
    return [...this.#refsOf.keys()].some((name) => reaches(name, []));
  }

  #keyword(key: string, value: JsonValue, converted: Record<string, JsonValue>, hints: string[]): void {
    if (key === "$ref") this.refs.push(String(value).replace(/^#\/(\$defs|definitions)\//, ""));
    if (key === "$ref") converted[key] = String(value).replace("#/definitions/", "#/$defs/");
    else if (KEPT.has(key)) converted[key] = value;
    else if (key === "items") converted[key] = this.node(value);
    else if (key === "anyOf" || key === "oneOf") {
      converted.anyOf = Array.isArray(value) ? value.map((each: JsonValue) => this.node(each)) : [];
    } else if (key === "minItems" && (value === 0 || value === 1)) converted[key] = value;
    else if (key === "format" && FORMATS.has(String(value))) converted[key] = value;
    else if (!DROPPED.has(key) && (typeof value !== "object" || value === null)) {
      if (key !== "additionalProperties") hints.push(`${key}: ${String(value)}`);
    }
  }

  #object(schema: Schema, converted: Record<string, JsonValue>): void {
    const open = schema.additionalProperties;
    const properties = isSchema(schema.properties) ? schema.properties : {};
    // A record, or an object of which nothing is known, would be closed to `{}`.
    if (isSchema(open) || (open !== false && Object.keys(properties).length === 0)) this.expressible = false;
    const required: readonly JsonValue[] = Array.isArray(schema.required) ? schema.required : [];
    this.optionals += Object.keys(properties).filter((name) => !required.includes(name)).length;
    converted.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, this.node(property)]),
    );
    converted.additionalProperties = false;
  }

  #definitions(table: JsonValue | undefined): void {
    if (!isSchema(table)) return;
    for (const [name, definition] of Object.entries(table)) {
      const before = this.refs.length;
      this.definitions.set(name, this.node(definition));
      this.#refsOf.set(name, this.refs.slice(before));
    }
  }

  #saysAType(schema: Schema): boolean {
    return ["type", "enum", "const", "anyOf", "oneOf", "$ref"].some((key) => key in schema);
  }
}

function isOf(wanted: "object" | "array", { type }: Schema): boolean {
  return type === wanted || (Array.isArray(type) && type.includes(wanted));
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
