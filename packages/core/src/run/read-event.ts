// An event as a log holds it, made whole: what older versions did not write yet is filled in.

import type { z } from "zod";
import { eventSchemas, isEventType } from "./event-schemas.js";
import type { RunEvent } from "./events.js";

/**
 * Reads an event of a log, which may be older than this version.
 *
 * The event itself, and not what its schema makes of it, which loses keys such as `__proto__`.
 *
 * @throws Error when this version does not understand it: it says what is odd, in a line.
 */
export function readEvent(event: RunEvent): RunEvent {
  const { type } = event;
  if (!isEventType(type))
    throw new Error(`this version of Terrace knows no event ${JSON.stringify(type)}. Update it.`);
  const schema: z.ZodType = eventSchemas[type];
  const parsed = schema.safeParse(event);
  if (parsed.success) return filled(event, parsed.data) as RunEvent;
  throw new Error(`this version of Terrace does not understand it (${issuesOf(parsed.error)}). Update it.`, {
    cause: parsed.error,
  });
}

/** The value with what only its parsed form has. The same object when nothing is missing. */
function filled(value: unknown, parsed: unknown): unknown {
  if (value === parsed || !isObject(value) || !isObject(parsed)) return value;
  let whole = value;
  for (const [key, part] of Object.entries(parsed)) {
    const own = Object.hasOwn(value, key) ? filled(value[key], part) : part;
    if (own !== value[key]) whole = { ...whole, [key]: own };
  }
  return whole;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function issuesOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
