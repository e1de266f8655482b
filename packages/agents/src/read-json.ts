// From a model's text to JSON, or to what is wrong with it. Decides nothing about the shape of the value.

import { scanObject } from "./scan-json.js";

/** How much JSON is let in. */
export interface JsonLimits {
  /** UTF-8 bytes of the whole text. */
  readonly maxBytes: number;
  /** How deep objects and lists may stand in each other; the outermost counts as 1. */
  readonly maxDepth: number;
}

/** The limits used for answers of models. */
const JSON_LIMITS: JsonLimits = { maxBytes: 4_194_304, maxDepth: 32 };

/** The object that was read, or everything that kept it from being read. */
export type JsonReading =
  | {
      readonly ok: true;
      readonly value: { readonly [key: string]: unknown };
      /** Whether something else stood around the object, such as prose or a code fence. */
      readonly fenced: boolean;
    }
  | { readonly ok: false; readonly issues: readonly string[] };

/**
 * Reads the one JSON object in a text.
 *
 * Strict JSON; prose or a code fence around it is passed over. Refused are: no object, more than one, an
 * object that breaks off, the same key twice, the keys `__proto__`, `constructor` and `prototype`, numbers
 * that are not finite, and too much depth or size. Takes linear time and constant stack; never throws.
 */
export function readJson(text: string, limits: JsonLimits = JSON_LIMITS): JsonReading {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.maxBytes) {
    return refused(`Expected at most ${limits.maxBytes} bytes, got ${bytes}. Answer more briefly.`);
  }
  if (/^\s*\[/.test(text))
    return refused("Expected a JSON object, got a list. Answer with the object alone.");
  return onlyObject(text, limits);
}

function onlyObject(text: string, limits: JsonLimits): JsonReading {
  let found: { readonly from: number; readonly to: number } | undefined;
  for (let at = text.indexOf("{"); at !== -1; ) {
    const scan = scanObject(text, at, limits.maxDepth);
    if (scan.kind === "not_json") {
      at = text.indexOf("{", scan.at);
      continue;
    }
    if (scan.kind === "broken") return { ok: false, issues: scan.issues };
    if (found !== undefined) {
      return refused("Expected one JSON object, got more than one. Answer with one object alone.");
    }
    found = { from: at, to: scan.end };
    at = text.indexOf("{", scan.end);
  }
  if (found === undefined) return refused("Expected a JSON object, got none. Answer with the object alone.");
  const around = text.slice(0, found.from) + text.slice(found.to);
  // Safe to hand to the built-in parser now: well-formed, flat enough, no key twice, none that means harm.
  return { ok: true, value: JSON.parse(text.slice(found.from, found.to)), fenced: around.trim() !== "" };
}

function refused(issue: string): JsonReading {
  return { ok: false, issues: [issue] };
}
