// Columns of a file that may be damaged.
//
// The driver ends the process when a text is no UTF-8, and a damaged row may hold a text in any column. So texts
// are asked for as bytes, and numbers as numbers, and both are judged by schemas.

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
