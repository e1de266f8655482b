// A text of a row that may be damaged.

import { z } from "zod";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text, or bytes that are one. */
export const textColumn: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string") return value;
  try {
    if (value instanceof ArrayBuffer) return decoder.decode(value);
  } catch {}
  const message = `expected UTF-8, got ${value instanceof ArrayBuffer ? "other bytes" : typeof value}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});
