// Columns of a file that may be damaged.
//
// The driver ends the process when a text is no UTF-8, and a damaged row may hold a text in any column. So texts
// are asked for as bytes, and numbers as numbers, and both are judged here.

import { z } from "zod";

/** Columns of a table as bytes and numbers, under their own names. */
export function asBytes(...names: readonly string[]): string {
  return names.map((name) => `CAST(${name} AS BLOB) AS ${name}`).join(", ");
}

/** Columns as whole numbers. */
export function asIntegers(...names: readonly string[]): string {
  return names.map((name) => `CAST(${name} AS INTEGER) AS ${name}`).join(", ");
}

/** Columns as numbers. */
export function asReals(...names: readonly string[]): string {
  return names.map((name) => `CAST(${name} AS REAL) AS ${name}`).join(", ");
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that are a text. */
export const textColumn: z.ZodType<string> = z.instanceof(ArrayBuffer).transform((bytes, context) => {
  try {
    return decoder.decode(bytes);
  } catch {
    context.addIssue({ code: "custom", message: "expected UTF-8, got other bytes" });
    return z.NEVER;
  }
});
