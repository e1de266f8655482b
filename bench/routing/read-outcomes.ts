/** Recorded outcomes at the boundary: `outcomes.csv` and `tasks.jsonl` of one dataset folder, checked row by row. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";

const MAX_ROWS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;

const short = z.string().max(512);
// An empty cell is a value that the source did not record.
const amount = (max: number) =>
  z
    .string()
    .max(32)
    .optional()
    .transform((cell, context) => {
      if (cell === undefined || cell === "") return null;
      const value = Number(cell);
      if (Number.isFinite(value) && value >= 0 && value <= max) return value;
      context.addIssue({ code: "custom", message: `expected a number from 0 to ${max}` });
      return z.NEVER;
    });

const rowSchema = z.object({
  instance_id: short.min(1),
  task_category: short.min(1),
  scaffold: short.optional(),
  model: short.min(1),
  correct: amount(1),
  input_tokens: amount(1e9),
  output_tokens: amount(1e9),
  api_calls: amount(1e6),
  cost_usd: amount(1e5),
});

/** What one model made of one instance, as recorded. */
export type OutcomeRow = z.infer<typeof rowSchema>;

const rating = z.number().min(0).max(5).nullable().optional();
const taskSchema = z.object({
  instance_id: short.min(1),
  prompt: z.string().max(1_000_000).nullable().optional(),
  judge_difficulty: rating,
  function_doc_chars: z.number().int().min(0).max(1_000_000).nullable().optional(),
});

/** What may be known of an instance before anybody worked on it. */
export type TaskRow = z.infer<typeof taskSchema>;

/** The rows of a folder's `outcomes.csv`; an unrecorded cell is `null`. */
export function readOutcomes(folder: string): OutcomeRow[] {
  const path = join(folder, "outcomes.csv");
  const rows: unknown[] = parse(readText(path), { columns: true, skip_empty_lines: true, to: MAX_ROWS + 1 });
  if (rows.length > MAX_ROWS) throw new Error(`${path} has more than ${MAX_ROWS} rows. Split it.`);
  return rows.map((row, index) => check(rowSchema, row, `${path}, row ${index + 1}`));
}

/** The lines of a folder's `tasks.jsonl` by instance; empty where a dataset has none. */
export function readTasks(folder: string): ReadonlyMap<string, TaskRow> {
  const path = join(folder, "tasks.jsonl");
  const lines = readText(path, "")
    .split("\n")
    .filter((line) => line !== "");
  if (lines.length > MAX_ROWS) throw new Error(`${path} has more than ${MAX_ROWS} lines. Split it.`);
  const rows = lines.map((line, index) => check(taskSchema, JSON.parse(line), `${path}, line ${index + 1}`));
  return new Map(rows.map((row) => [row.instance_id, row]));
}

/** The text of a file; `absent` stands for a file that is not there. */
function readText(path: string, absent?: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (absent !== undefined && (cause as NodeJS.ErrnoException).code === "ENOENT") return absent;
    throw new Error(`Cannot read ${path}. Give \`--data\` a folder with one folder a dataset.`, { cause });
  }
  if (text.length > MAX_BYTES) throw new Error(`${path} is longer than ${MAX_BYTES} characters. Split it.`);
  return text;
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${place} cannot be read: \`${issue?.path.join(".")}\`: ${issue?.message}. Its columns are named in its DATA.md.`,
  );
}
