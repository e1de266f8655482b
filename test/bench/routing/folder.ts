import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instance, Ladder } from "../../../bench/routing/ladder.js";
import { foldOf } from "../../../bench/routing/ladder.js";
import type { LadderSpec } from "../../../bench/routing/ladders.js";

/** A row of a made-up `outcomes.csv`. */
export type Row = Readonly<Record<string, string | number>>;

/** A folder of made-up outcomes, in the form of the recorded ones. */
export function madeUpFolder(
  datasets: Readonly<Record<string, { rows: readonly Row[]; tasks?: readonly object[] }>>,
): string {
  const data = mkdtempSync(join(tmpdir(), "routing-"));
  for (const [name, { rows, tasks }] of Object.entries(datasets)) {
    mkdirSync(join(data, name));
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = rows.map((row) =>
      columns.map((column) => JSON.stringify(`${row[column] ?? ""}`)).join(","),
    );
    writeFileSync(join(data, name, "outcomes.csv"), [columns.join(","), ...lines, ""].join("\n"));
    if (tasks === undefined) continue;
    writeFileSync(join(data, name, "tasks.jsonl"), tasks.map((task) => `${JSON.stringify(task)}\n`).join(""));
  }
  return data;
}

export const SPEC: LadderSpec = {
  name: "made up",
  folder: "made-up",
  rungs: [{ model: "small" }, { model: "middle" }, { model: "large" }],
  costing: { by: "tier", units: [1, 5, 10] },
  lists: ["own"],
};

/** A made-up ladder; each task is its kind and how often each tier succeeds. */
export function madeUpLadder(tasks: readonly (readonly [kind: string, ...success: number[]])[]): Ladder {
  const instances = tasks.map(([category, ...success], at): Instance => {
    const id = `made-up:${at}`;
    const costs = SPEC.rungs.length === success.length ? [1, 5, 10] : [1, 10];
    const outcomes = success.map((rate, rung) => ({
      success: rate,
      cost: costs[rung] ?? 0,
      inputTokens: null,
      outputTokens: null,
    }));
    return { id, fold: foldOf(id), category, rating: null, textChars: null, shownChars: null, outcomes };
  });
  const rungs = SPEC.rungs.slice(0, tasks[0] === undefined ? 3 : tasks[0].length - 1);
  return { name: "made up", list: "own", spec: { ...SPEC, rungs }, instances };
}

/** So many of the same task. */
export function times<Task>(count: number, task: Task): Task[] {
  return Array.from({ length: count }, () => task);
}
