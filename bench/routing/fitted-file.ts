/** Tables that were fitted elsewhere: written by `--fit`, read by `--fitted`, so that a held-out part is judged by them. */

import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { RoutingTable } from "./fit.js";

const treatmentSchema = z.strictObject({
  path: z.array(z.number().int().min(0).max(15)).min(1).max(16),
  shares: z.array(z.number().min(0).max(1)).max(15),
});

const fileSchema = z.strictObject({
  version: z.literal(2),
  tables: z
    .record(z.string().max(1024), z.record(z.string().max(512), treatmentSchema))
    .refine((tables) => Object.keys(tables).length <= 10_000, "expected at most 10,000 tables"),
});

/** Tables by what they were fitted for. */
export type FittedTables = Map<string, RoutingTable>;

/** What a table is found by: ladder, list, reviewer and policy, as the report names them. */
export function tableKey(parts: readonly string[]): string {
  return parts.join(" | ");
}

export function writeFitted(path: string, tables: FittedTables): void {
  const entries = [...tables].map(([key, table]) => [key, Object.fromEntries(table)]);
  writeFileSync(path, `${JSON.stringify({ version: 2, tables: Object.fromEntries(entries) })}\n`);
}

/** @throws Error when the file is not one that `--fit` wrote. */
export function readFitted(path: string): FittedTables {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      `${path} holds no fitted tables: \`${issue?.path.join(".")}\`: ${issue?.message}. Write one with \`--fit\`.`,
    );
  }
  return new Map(
    Object.entries(parsed.data.tables).map(([key, table]) => [key, new Map(Object.entries(table))]),
  );
}
