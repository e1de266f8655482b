/** Policies that were fitted elsewhere: written by `--fit`, read by `--fitted`, so that a held-out part is judged by them. */

import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { Policy } from "./aim.js";
import type { RoutingTable } from "./split-table.js";

const treatmentSchema = z.strictObject({
  path: z.array(z.number().int().min(0).max(15)).min(1).max(16),
  shares: z.array(z.number().min(0).max(1)).max(15),
});

const tableSchema = z.record(z.string().max(512), treatmentSchema);

const splitSchema = z.strictObject({
  share: z.number().min(0).max(1),
  first: tableSchema,
  second: tableSchema,
});

const kindsSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("anything") }),
  z.strictObject({ by: z.literal("category"), middles: z.record(z.string().max(512), z.number()) }),
  z.strictObject({ by: z.literal("rating") }),
]);

const fileSchema = z.strictObject({
  version: z.literal(3),
  policies: z
    .record(z.string().max(1024), z.strictObject({ kinds: kindsSchema, table: splitSchema }))
    .refine((policies) => Object.keys(policies).length <= 10_000, "expected at most 10,000 policies"),
});

type Written = z.infer<typeof fileSchema>["policies"][string];

/** Policies by what they were fitted for. */
export type FittedPolicies = Map<string, Policy>;

/** What a policy is found by: ladder, list, reviewer and its name, as the report has them. */
export function policyKey(parts: readonly string[]): string {
  return parts.join(" | ");
}

export function writeFitted(path: string, policies: FittedPolicies): void {
  const entries = [...policies].map(([key, policy]) => [key, toJson(policy)]);
  writeFileSync(path, `${JSON.stringify({ version: 3, policies: Object.fromEntries(entries) })}\n`);
}

function toJson({ kinds, table: { share, first, second } }: Policy): Written {
  const rows = (table: RoutingTable) =>
    Object.fromEntries(
      [...table].map(([kind, { path, shares }]) => [kind, { path: [...path], shares: [...shares] }]),
    );
  const learnt = kinds.by === "category" ? { ...kinds, middles: Object.fromEntries(kinds.middles) } : kinds;
  return { kinds: learnt, table: { share, first: rows(first), second: rows(second) } };
}

function fromJson({ kinds, table: { share, first, second } }: Written): Policy {
  const rows = (table: typeof first): RoutingTable => new Map(Object.entries(table));
  return {
    kinds: kinds.by === "category" ? { ...kinds, middles: new Map(Object.entries(kinds.middles)) } : kinds,
    table: { share, first: rows(first), second: rows(second) },
  };
}

/** @throws Error when the file is not one that `--fit` wrote. */
export function readFitted(path: string): FittedPolicies {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      `${path} holds no fitted policies: \`${issue?.path.join(".")}\`: ${issue?.message}. Write one with \`--fit\`.`,
    );
  }
  return new Map(Object.entries(parsed.data.policies).map(([key, policy]) => [key, fromJson(policy)]));
}
