// A value as plain data, whatever file it came from: own keys only, no prototype of its own, no end that is missing.

import { UsageError } from "../surroundings.js";

const MOST_DEPTH = 20;
const MOST_VALUES = 50_000;

/** Keys at the top whose values are made by a program, and are left as they are; so is `tools.functions`. */
const MADE: ReadonlySet<string> = new Set(["router", "client", "outputs", "checks", "prices"]);

/**
 * A copy of a configuration that holds nothing but data and functions.
 *
 * @throws UsageError for `__proto__` and its kin, for an object with a prototype of its own, and for what has no end
 */
export function plainData(given: unknown, where: string): unknown {
  let left = MOST_VALUES;
  const copy = (value: unknown, path: readonly string[]): unknown => {
    left -= 1;
    if (left < 0 || path.length > MOST_DEPTH) {
      throw new UsageError(`${where}: ${pathText(path.slice(0, 3))}: expected less, or something that ends.`);
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item, at) => copy(item, [...path, String(at)]));
    assertPlain(value, path, where);
    const entries = Object.entries(value).map(([key, item]) => {
      if (REACHING.has(key)) throw new UsageError(`${where}: ${pathText([...path, key])}: ${REMOVE}`);
      const isMade =
        path.length === 0 ? MADE.has(key) : path.length === 1 && path[0] === "tools" && key === "functions";
      return [key, isMade ? item : copy(item, [...path, key])] as const;
    });
    return Object.fromEntries(entries);
  };
  return copy(given, []);
}

const REACHING: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const REMOVE = "no configuration has such a key, which would reach for a prototype. Remove it.";

function assertPlain(value: object, path: readonly string[], where: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return;
  const own = (prototype as { constructor?: { name?: string } }).constructor?.name ?? "";
  if (own !== "" && own !== "Object") {
    throw new UsageError(
      `${where}: ${pathText(path)}: expected plain data, got something made by \`${own}\`.`,
    );
  }
  throw new UsageError(`${where}: ${pathText([...path, "__proto__"])}: ${REMOVE}`);
}

/** A path as it is written: `executors.writer.tier`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the configuration" : path.map(String).join(".");
}
