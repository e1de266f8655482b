import type { AcceptedPlan, Task } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { type GrowthOptions, withGrowth } from "../growth.js";
import { readGoal } from "../input.js";
import { orchestratorFrom } from "../runs/orchestrator.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { count } from "../text/format.js";
import { createPalette, type Palette, paintTier } from "../text/palette.js";
import { safeJson, safeLine } from "../text/safe-text.js";

/** Options of `terrace plan`. */
export interface PlanOptions extends GrowthOptions {
  /** A file that holds the goal. */
  readonly file?: string;
  readonly json?: boolean;
}

/** Asks for a checked plan and runs nothing of it. The JSON can be edited and handed to `terrace run --plan`. */
export async function planCommand(
  goal: string | undefined,
  options: PlanOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const wanted = await readGoal(goal, options, surroundings);
  const settings = withGrowth(await settingsOf(surroundings), options);
  const plan = await (await orchestratorFrom(settings, { concurrency: 1 })).plan(wanted);
  const palette = createPalette(wantsColour(stdout, env));
  stdout.write(
    options.json === true ? `${safeJson(plan, 2)}\n` : describePlan(plan, settings.team.ladder, palette),
  );
  return EXIT.accepted;
}

/** A plan for people: each task with its tier and why, and what it waits for. */
function describePlan(plan: AcceptedPlan, ladder: readonly string[], palette: Palette): string {
  const { bold, dim, yellow } = palette;
  const width = Math.max(...plan.tasks.map(({ id }) => Math.min(24, id.length)));
  const tierWidth = Math.max(...ladder.map((tier) => tier.length));
  const aside = (text: string): string => dim(`${" ".repeat(width + 2)}${text}`);
  const tasks = plan.tasks.flatMap((task) => [
    `${bold(safeLine(task.id, 24).padEnd(width))}  ${paintTier(palette, ladder, task.tier)}${" ".repeat(tierWidth - task.tier.length)}  ${safeLine(task.title, 100)}`,
    aside(safeLine(task.tierReason, 300)),
    ...growthOf(task).map(aside),
    ...(task.dependsOn.length === 0 ? [] : [aside(`after ${task.dependsOn.join(", ")}`)]),
  ]);
  const changes = plan.changes.map(
    ({ taskId, field, from, to, reason }) => `${taskId}: ${field} ${from} → ${to}. ${safeLine(reason, 200)}`,
  );
  const remarks = [...changes, ...plan.warnings.map((warning) => safeLine(warning, 300))].map((line) =>
    yellow(line),
  );
  const head = `${count(plan.tasks.length, "task")}; "${plan.answer}" gives the answer.`;
  return `${[head, "", ...tasks, ...(remarks.length === 0 ? [] : ["", ...remarks])].join("\n")}\n`;
}

/** What of a task is only known when the run comes to it. */
function growthOf({ forEach, subgoal }: Task): readonly string[] {
  return [
    ...(forEach === undefined ? [] : [`for each of "${forEach}"`]),
    ...(subgoal === undefined ? [] : [`a goal of its own, with ${sharePercent(subgoal)} of the money`]),
  ];
}

function sharePercent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
