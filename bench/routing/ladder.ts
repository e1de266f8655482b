/** A ladder of recorded models: the same instances at each rung, cheapest first, at one price list. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LadderSpec } from "./ladders.js";
import { costOf, type ListName } from "./price.js";
import { type OutcomeRow, readOutcomes, readTasks } from "./read-outcomes.js";

/** What one rung made of one instance. */
interface Outcome {
  /** 1 or 0, or the share of trials that succeeded. */
  readonly success: number;
  readonly cost: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** One recorded task. */
export interface Instance {
  readonly id: string;
  /** From 0 to 4; what is fitted never sees the fold that it is judged on. */
  readonly fold: number;
  readonly category: string;
  /** How hard a planner rated it from its text, 1 to 5; `null` where nobody did. */
  readonly rating: number | null;
  /** Length of the task's text, where it is known. */
  readonly textChars: number | null;
  /** Length of all that the task is shown, such as the functions that it may call; where the text is known. */
  readonly shownChars: number | null;
  /** Cheapest first. */
  readonly outcomes: readonly Outcome[];
}

export interface Ladder {
  readonly name: string;
  readonly list: ListName;
  readonly spec: LadderSpec;
  readonly instances: readonly Instance[];
}

/** The instances for which every rung of the ladder has an outcome and a cost, in the order of their ids. */
export function readLadder(data: string, spec: LadderSpec, list: ListName): Ladder {
  const folder = join(data, spec.folder);
  const tasks = readTasks(folder);
  const byInstance = new Map<string, (OutcomeRow | undefined)[]>();
  for (const row of readOutcomes(folder)) {
    if (!row.task_category.startsWith(spec.category ?? "")) continue;
    const rung = spec.rungs.findIndex(
      ({ model, scaffold }) => model === row.model && (scaffold === undefined || scaffold === row.scaffold),
    );
    if (rung === -1) continue;
    const rows = byInstance.get(row.instance_id) ?? [];
    rows[rung] = row;
    byInstance.set(row.instance_id, rows);
  }
  const instances = [...byInstance].flatMap(([id, rows]) => {
    const outcomes = spec.rungs.map((_, rung) => toOutcome(spec, list, rung, rows[rung]));
    const [first] = rows;
    if (first === undefined || outcomes.includes(null)) return [];
    const task = tasks.get(id);
    return {
      id,
      fold: foldOf(id),
      category: first.task_category,
      rating: task?.judge_difficulty ?? null,
      textChars: task?.prompt?.length ?? null,
      shownChars: task?.prompt == null ? null : task.prompt.length + (task.function_doc_chars ?? 0),
      outcomes: outcomes as Outcome[],
    };
  });
  return { name: spec.name, list, spec, instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** The fold of an instance: digits 9 to 16 of the SHA-256 of its id, as a number, modulo 5. */
export function foldOf(id: string): number {
  return Number.parseInt(createHash("sha256").update(id).digest("hex").slice(8, 16), 16) % 5;
}

/** Its fold in another parting of the same tasks, 0 being the usual one. */
export function foldIn(parting: number, id: string): number {
  return foldOf(parting === 0 ? id : `${id}, parting ${parting}`);
}

function toOutcome(spec: LadderSpec, list: ListName, rung: number, row: OutcomeRow | undefined) {
  if (row === undefined || row.correct === null) return null;
  const cost = costOf(spec.costing, list, rung, row);
  if (cost === null) return null;
  return { success: row.correct, cost, inputTokens: row.input_tokens, outputTokens: row.output_tokens };
}
