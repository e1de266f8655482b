import type { AcceptedPlan } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { count } from "../format.js";
import { readGoal } from "../input.js";
import { orchestratorFrom } from "../orchestrator.js";
import { createPalette, type Palette, paintTier } from "../palette.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { safeJson, safeLine } from "../text.js";

/** Options of `terrace plan`. */
export interface PlanOptions {
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
  const settings = await settingsOf(surroundings);
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
  const tasks = plan.tasks.flatMap(({ id, tier, title, tierReason, dependsOn }) => [
    `${bold(safeLine(id, 24).padEnd(width))}  ${paintTier(palette, ladder, tier)}${" ".repeat(tierWidth - tier.length)}  ${safeLine(title, 100)}`,
    dim(`${" ".repeat(width + 2)}${safeLine(tierReason, 300)}`),
    ...(dependsOn.length === 0 ? [] : [dim(`${" ".repeat(width + 2)}after ${dependsOn.join(", ")}`)]),
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
