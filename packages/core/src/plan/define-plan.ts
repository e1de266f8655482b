import { DeclarationError } from "../errors.js";
import type { ErrorCost } from "../run/confidence.js";
import type { Urgency } from "../run/urgency.js";
import type { Team } from "../team.js";
import type { Plan, PlannedTask } from "./plan.js";

/** A task of a plan that a person writes: what is left out has a plain default. */
export interface TaskDeclaration<T extends string, R extends string> {
  readonly id: string;
  readonly brief: string;
  readonly role: R;
  /** @default the id */
  readonly title?: string;
  /** @default "task" */
  readonly kind?: string;
  /** @default the role's tier */
  readonly tier?: T;
  /** @default "Where its role starts." or "Set by hand." */
  readonly tierReason?: string;
  /** @default "low" */
  readonly errorCost?: ErrorCost;
  /** @default none */
  readonly criteria?: readonly string[];
  /** @default none */
  readonly dependsOn?: readonly string[];
  /** Whether it can wait, up to a day, for half the price. @default as the run was submitted */
  readonly urgency?: Urgency;
  /** Those of the role's tools that it needs. @default all that the role has */
  readonly tools?: readonly string[];
  /** A task it depends on, whose output is a list: it is done once for each item. @default done once */
  readonly forEach?: string;
  /** It is a goal of its own, and may spend this share, above 0 and up to 1. @default a task that an executor does */
  readonly subgoal?: number;
}

/** What `definePlan` is given. */
export interface PlanDeclaration<T extends string, R extends string> {
  /** What the plan is for; the agents are told. @default "" */
  readonly goal?: string;
  readonly tasks: readonly TaskDeclaration<T, R>[];
  /** @default the last task */
  readonly answer?: string;
}

/** A plan written by hand. It is checked when it is submitted. */
export function definePlan<T extends string, R extends string>(
  team: Team<T, R>,
  { goal = "", tasks, answer = tasks[tasks.length - 1]?.id ?? "" }: PlanDeclaration<NoInfer<T>, NoInfer<R>>,
): Plan {
  return { goal, tasks: tasks.map((task) => complete(team, task)), answer };
}

function complete(team: Team, task: TaskDeclaration<string, string>): PlannedTask {
  const role = Object.hasOwn(team.executors, task.role) ? team.executors[task.role] : undefined;
  if (role === undefined) {
    const declared = Object.keys(team.executors).map((name) => JSON.stringify(name));
    throw new DeclarationError("PLAN_INVALID", [
      `Task "${task.id}" asks for role ${JSON.stringify(task.role)}, which the team does not declare. ` +
        `Declared executors: ${declared.join(", ")}.`,
    ]);
  }
  return {
    id: task.id,
    title: task.title ?? task.id,
    brief: task.brief,
    role: task.role,
    kind: task.kind ?? "task",
    tier: task.tier ?? role.tier,
    tierReason: task.tierReason ?? (task.tier === undefined ? "Where its role starts." : "Set by hand."),
    errorCost: task.errorCost ?? "low",
    criteria: task.criteria ?? [],
    dependsOn: task.dependsOn ?? [],
    ...(task.urgency === undefined ? {} : { urgency: task.urgency }),
    ...(task.tools === undefined ? {} : { tools: task.tools }),
    ...(task.forEach === undefined ? {} : { forEach: task.forEach }),
    ...(task.subgoal === undefined ? {} : { subgoal: task.subgoal }),
  };
}
