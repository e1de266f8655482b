/** What models say of their own answers, drawn from tables of what they were measured to say when right and when wrong. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Instance } from "../ladder.js";

const table = z.strictObject({
  n: z.number().int().min(0).max(1e9),
  p: z.record(z.string().max(16), z.number().min(0).max(1)),
});
const modelSchema = z.record(
  z.string().max(64),
  z.object({ correct: table.optional(), wrong: table.optional() }),
);
const fileSchema = z.object({
  bins: z.array(z.number().min(0).max(1)).min(1).max(100),
  models: z.record(z.string().max(256), modelSchema),
});

/** How often each stated confidence comes with right and with wrong answers; the keys are upper edges of its bins. */
export interface Stated {
  readonly right: ReadonlyMap<number, number>;
  readonly wrong: ReadonlyMap<number, number>;
  /** Share of right answers in what was measured. */
  readonly rightShare: number;
}

/** By rung, as measured on easy questions and on hard ones. */
export interface Confidences {
  readonly easy: readonly Stated[];
  readonly hard: readonly Stated[];
}

/** The rating from which on a task is spoken of like the hard questions. */
const HARD = 4;

/** Claude 3 Haiku for the cheapest tier, Sonnet 4 above it: Opus was not measured, and speaks like Sonnet here. */
const MEASURED = ["claude-3-haiku-20240307", "claude-sonnet-4-20250514"];

/** The measured tables of a data folder; `undefined` where it has none. */
export function readConfidences(data: string, tiers: number): Confidences | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, "stated-confidence", "confidence-model.json"), "utf8");
  } catch {
    return undefined;
  }
  const { models } = fileSchema.parse(JSON.parse(text));
  const rungs = Array.from({ length: tiers }, (_, rung) => MEASURED[Math.min(rung, 1)] ?? "");
  const stated = (part: string) => rungs.map((model) => toStated(models[model]?.[part], model));
  return { easy: stated("answerer/easy"), hard: stated("answerer/hard") };
}

function toStated(part: z.infer<typeof modelSchema>[string] | undefined, model: string): Stated {
  const { correct, wrong } = part ?? {};
  if (correct === undefined || wrong === undefined)
    throw new Error(`There is no confidence of ${model}, right and wrong.`);
  const bins = (p: Record<string, number>) =>
    new Map(
      Object.entries(p)
        .map(([edge, share]): [number, number] => [Number(edge), share])
        .sort(([a], [b]) => a - b),
    );
  return { right: bins(correct.p), wrong: bins(wrong.p), rightShare: correct.n / (correct.n + wrong.n) };
}

/** Which table holds for a task: by what it was rated before anybody tried it, and never by how it went. */
export function difficultyOf({ rating }: Instance): "easy" | "hard" {
  return (rating ?? 0) >= HARD ? "hard" : "easy";
}

/** What the model says of this answer; 0.9 where nothing was measured. */
export function confidenceOf(
  confidences: Confidences | undefined,
  instance: Instance,
  rung: number,
  success: boolean,
  seed: string,
): number {
  if (confidences === undefined) return 0.9;
  const stated = confidences[difficultyOf(instance)][rung];
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, "confidence", instance.id, rung]))
    .digest();
  let left = digest.readUInt32BE(0) / 2 ** 32;
  for (const [edge, share] of (success ? stated?.right : stated?.wrong) ?? []) {
    left -= share;
    if (left < 0) return edge;
  }
  return 1;
}
