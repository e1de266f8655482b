import { z } from "zod";

/** Anything JSON can say, and nothing else: what an output, an event and a log are made of. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Lists and objects within one another. Agents refuse far less; beyond this, writing it down could overflow the stack. */
const DEEPEST = 1_000;

/** Takes a value as it is, keys such as `__proto__` included; `z.json()` makes a copy, and tries a union at each part. */
export const jsonSchema: z.ZodType<JsonValue> = z.custom<JsonValue>(
  (value) => isJson(value, DEEPEST),
  "expected JSON",
);

function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth > 0 && isJsonWithin(value, depth - 1));
    default:
      return false;
  }
}

function isJsonWithin(value: object, depth: number): boolean {
  // Not `every`, which passes over what a list leaves out.
  if (Array.isArray(value)) return value.findIndex((item) => !isJson(item, depth)) === -1;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isJson(item, depth));
}
