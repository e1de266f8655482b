// Plans that grow: how far they may, and what a planner answers that is asked to change one.
import type { JsonValue, Plan, PlanRequest, ProposedRevision, Task, Team } from "@terrace/core";
import { planOf, type TaskSketch, taskOf } from "@terrace/core/testing";
import { fractionOf, type Random } from "./random.js";

/** How far the plan of a world may grow. */
export interface Growth {
  readonly maxItems: number;
  readonly maxNesting: number;
  readonly maxRevisions: number;
  readonly maxTotalTasks: number;
  /** What a subgoal may spend of a budget that the run itself never comes to the end of; micro-dollars, `null` when all it likes. */
  readonly share: number | null;
}

export const NO_GROWTH: Growth = {
  maxItems: 0,
  maxNesting: 0,
  maxRevisions: 0,
  maxTotalTasks: 1_000,
  share: null,
};

/** More than any run of the simulation comes to, in micro-dollars. */
export const PLENTY = 1e9;

export function drawGrowth(random: Random): Growth {
  return {
    maxItems: random.chance(0.8) ? 4 : 0,
    maxNesting: random.between(0, 2),
    maxRevisions: random.chance(0.5) ? random.between(1, 3) : 0,
    maxTotalTasks: random.chance(0.1) ? 20 : 1_000,
    share: random.chance(0.3) ? random.between(1_000, 20_000) : null,
  };
}

/** A plan with a task for each item of a list in it, or a subgoal, or both, as far as it may grow. */
export function drawGrowing(plan: Plan, team: Team, growth: Growth, random: Random): Plan {
  const role = random.pick(Object.keys(team.executors));
  const [tier = ""] = team.ladder;
  const plain: TaskSketch = { role, tier };
  const first = plan.tasks[0]?.id ?? "";
  const needs = (): readonly string[] => (random.chance(0.5) ? [first] : []);
  const added: { [id: string]: TaskSketch } = {};
  const ends: string[] = [];
  if (growth.maxItems > 0 && random.chance(0.7)) {
    const more = needs();
    added.list = { ...plain, dependsOn: needs() };
    added.each = { ...plain, dependsOn: ["list", ...more], forEach: "list", criteria: ["It is right."] };
    added.sum = { ...plain, dependsOn: random.chance(0.3) ? ["list", "each"] : ["each"] };
    ends.push("sum");
  }
  if (growth.maxNesting > 0 && random.chance(0.7)) {
    const inputs = ends.length > 0 && random.chance(0.5) ? ends : needs();
    added.goal = { ...plain, dependsOn: [...inputs], subgoal: shareOf(growth) };
    ends.push("goal");
  }
  if (random.chance(0.6)) {
    added.end = { ...plain, dependsOn: [...ends, plan.answer] };
    ends.push("end");
  }
  const answer = ends.at(-1) ?? plan.answer;
  const tasks = [...plan.tasks, ...planOf(added).tasks];
  return { ...plan, tasks, answer };
}

function shareOf({ share }: Growth): number {
  return share === null ? 1 : share / PLENTY;
}

/** Whether the output of a task has to be a list. */
export function isList(taskId: string): boolean {
  return taskId.includes("list");
}

/** A list of up to four items, seldom of more than may be. */
export function listFrom(seed: number, key: string): JsonValue {
  const length = Math.floor(fractionOf(seed + 11, key) * 5.2);
  const items = Array.from({ length }, (_, index) => `item ${index + 1}`);
  return fractionOf(seed + 12, key) < 0.3 ? JSON.stringify(items) : items;
}

/** What a planner proposes for a plan that runs. Some of it does not stand. */
export function revisionFor(
  growth: Growth,
  request: PlanRequest,
  choice: number,
): Plan | ProposedRevision | undefined {
  const { revision, team } = request;
  if (revision === undefined) return undefined;
  const { task } = revision;
  return revision.cause === "subgoal"
    ? subplan(growth, task, team.ladder[0] ?? "", choice)
    : change(request, choice);
}

function subplan(growth: Growth, { role, dependsOn, id }: Task, tier: string, choice: number): Plan {
  const plain: TaskSketch = { role, tier };
  const [input] = dependsOn;
  const from = input === undefined ? [] : [input];
  if (choice < 0.35 && growth.maxItems > 0) {
    return planOf({
      list: { ...plain, dependsOn: from },
      each: { ...plain, dependsOn: ["list"], forEach: "list" },
      sum: { ...plain, dependsOn: ["each"] },
    });
  }
  // One level deeper; where that is too deep it does not stand, and the second answer is another.
  if (choice < 0.6 && id.length < 30)
    return planOf({ a: { ...plain, dependsOn: from }, goal: { ...plain, dependsOn: ["a"], subgoal: 0.5 } });
  return choice < 0.8
    ? planOf({ a: plain, b: { ...plain, dependsOn: ["a", ...from] } })
    : planOf({ a: { ...plain, dependsOn: from } });
}

/** Does without the task, puts another in its place, adds one, meddles with what may have begun, or leaves all as it is. */
function change({ revision, team }: PlanRequest, choice: number): ProposedRevision | undefined {
  if (revision === undefined) return undefined;
  const { task, tasks, answer } = revision;
  const reason = "It did not work.";
  if (choice < 0.2) return { tasks: [], withdraw: [], answer, reason };
  const plain: TaskSketch = { role: task.role, tier: team.ladder[0] ?? "" };
  // Whatever it was told of where that stands.
  const others = tasks.filter(({ standing, task: each }) => standing !== "accepted" && each.id !== task.id);
  const other = others[Math.floor(choice * 97) % Math.max(1, others.length)];
  if (choice < 0.45 && other !== undefined) {
    const again = { ...bare(other.task), brief: "Something else." };
    return { tasks: [again], withdraw: [], answer, reason };
  }
  const added = taskOf(`r-${task.id}`.slice(0, 60), {
    ...plain,
    dependsOn: task.dependsOn.filter((id) =>
      tasks.some((each) => each.task.id === id && each.standing !== "failed"),
    ),
  });
  const users = tasks.filter((each) => each.task.dependsOn.includes(task.id));
  const canReplace = users.every(({ standing }) => standing === "unstarted");
  if (choice < 0.6 || !canReplace) return { tasks: [added], withdraw: [], answer, reason };
  const repoint = (id: string): string => (id === task.id ? added.id : id);
  const replaced = users.map(({ task: user }) => ({
    ...bare(user),
    dependsOn: user.dependsOn.map(repoint),
    ...(user.forEach === undefined ? {} : { forEach: repoint(user.forEach) }),
  }));
  return { tasks: [added, ...replaced], withdraw: [task.id], answer: repoint(answer), reason };
}

/** Without the marks that only a plan that runs has. */
function bare({ plannedTier: _, item: __, within: ___, ...task }: Task): ProposedRevision["tasks"][number] {
  return task;
}
