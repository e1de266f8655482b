// Large values of an event are kept apart from it, once each, and named by their hash.

import type { JsonValue, RunEvent } from "@terrace/core";
import { type Link, sha256 } from "./chain.js";

/** From how many characters of JSON on a value is kept apart. */
const APART_FROM = 16_384;

/** A value that is kept apart. */
export interface Blob {
  readonly hash: string;
  /** Its JSON. */
  readonly body: string;
}

/** What stays in an event always: it is looked at without reading the rest. */
const ENVELOPE: ReadonlySet<string> = new Set(["type", "runId", "seq", "at"]);

/** An event as text, and its large values as texts of their own. */
export function takeApart(event: RunEvent): { readonly link: Link; readonly blobs: readonly Blob[] } {
  const whole = JSON.stringify(event);
  if (whole.length <= APART_FROM) return { link: { body: whole, parts: null }, blobs: [] };
  const blobs: Blob[] = [];
  const parts: [string, string][] = [];
  const fields = Object.entries(event).map(([name, value]) => {
    const body = ENVELOPE.has(name) ? "" : JSON.stringify(value);
    if (body.length <= APART_FROM) return [name, value];
    const hash = sha256(body);
    blobs.push({ hash, body });
    parts.push([name, hash]);
    // Keeps the place of the key.
    return [name, null];
  });
  if (parts.length === 0) return { link: { body: whole, parts: null }, blobs: [] };
  const body = JSON.stringify(Object.fromEntries(fields));
  return { link: { body, parts: JSON.stringify(Object.fromEntries(parts)) }, blobs };
}

/**
 * The value an event was taken apart from, not yet checked to be one.
 *
 * @throws Error when a part is missing or is not what its name says, or a text is no JSON.
 */
export function putTogether({ body, parts }: Link, blobs: ReadonlyMap<string, string>): unknown {
  const event = JSON.parse(body) as { [field: string]: JsonValue };
  for (const [field, hash] of partsOf(parts)) {
    const text = blobs.get(hash);
    if (text === undefined) throw new Error(`its ${field} (${hash.slice(0, 12)}) is missing`);
    if (sha256(text) !== hash) throw new Error(`its ${field} (${hash.slice(0, 12)}) was changed`);
    event[field] = JSON.parse(text) as JsonValue;
  }
  return event;
}

/** The fields that are kept apart, each with its hash. */
export function partsOf(parts: string | null): readonly [field: string, hash: string][] {
  return parts === null ? [] : Object.entries(JSON.parse(parts) as { [field: string]: string });
}
