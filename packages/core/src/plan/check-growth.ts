// What a plan that grows must keep to: tasks that are done for each item of a list, and tasks that are goals of their own.
import { quoted } from "../errors.js";
import type { Plan, PlanLimits, PlannedTask } from "./plan.js";
import type { PlanIssue } from "./plan-issue.js";

/** The longest id; the same as `TASK_ID` allows. */
const MOST_IN_AN_ID = 64;

/** The id of the task that does `forEach` for one item. */
export function itemId(forEach: string, number: number): string {
  return `${forEach}-${number}`;
}

/** The task that an id of this form does for an item, if it is done for each; empty for an id of another form. */
export function forEachIn(id: string): string {
  return /(.*)-\d+$/.exec(id)?.[1] ?? "";
}

/** What is wrong with the tasks of a plan that grow; ids and dependencies are in order. */
export function checkGrowth(
  plan: Plan,
  limits: PlanLimits,
  within: ReadonlyMap<string, string> = NOWHERE,
): readonly PlanIssue[] {
  const templates = plan.tasks.filter(({ forEach }) => forEach !== undefined);
  const subgoals = plan.tasks.filter(({ subgoal }) => subgoal !== undefined);
  return [...checkTemplates(plan, templates, limits), ...checkSubgoals(subgoals, limits, within)];
}

function checkTemplates(
  plan: Plan,
  templates: readonly PlannedTask[],
  limits: PlanLimits,
): readonly PlanIssue[] {
  if (templates.length === 0) return [];
  if (limits.maxItems === 0) {
    const [first] = templates;
    return [
      issue(
        "PLAN_FOR_EACH",
        `Task "${first?.id}" is to be done for each item, and no task may be. Raise \`limits.maxItems\`, or plan it as one task.`,
      ),
    ];
  }
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const users = new Map<string, string[]>();
  for (const { id, dependsOn } of plan.tasks)
    for (const dependency of dependsOn) {
      const known = users.get(dependency);
      if (known === undefined) users.set(dependency, [id]);
      else known.push(id);
    }
  return [
    ...templates.flatMap((task) => checkTemplate(task, plan, byId, users.get(task.id) ?? [], limits)),
    ...checkItemIds(
      plan,
      templates.map(({ id }) => id),
    ),
  ];
}

function checkTemplate(
  { id, forEach = "", dependsOn, subgoal }: PlannedTask,
  { answer }: Plan,
  byId: ReadonlyMap<string, PlannedTask>,
  users: readonly string[],
  { maxItems }: PlanLimits,
): readonly PlanIssue[] {
  const found: string[] = [];
  const say = (message: string): void => void found.push(`Task "${id}" ${message}`);
  const list = byId.get(forEach);
  if (!dependsOn.includes(forEach))
    say(`is to be done for each item of "${forEach}", which is not in its dependsOn. Add it there.`);
  else if (list?.forEach !== undefined)
    say(
      `is to be done for each item of "${forEach}", which has no output of its own: it is done for each item itself. Name the task that gathers.`,
    );
  if (subgoal !== undefined) say("is both a subgoal and done for each item. Leave one of them out.");
  if (answer === id)
    say("is done for each item, so it cannot give the answer. Let the task that gathers give it.");
  if (users.length !== 1)
    say(
      `is done for each item, so exactly one task gathers what comes of it. Expected one that depends on it, got ${users.length === 0 ? "none" : quoted(users)}.`,
    );
  else if (grows(byId.get(users[0] as string)))
    say(`is gathered by "${users[0]}", which is not done once by an executor. Put a task between them.`);
  const most = MOST_IN_AN_ID - itemId("", maxItems).length;
  if (id.length > most)
    say(`is done for each item, so its id may have ${most} characters, got ${id.length}. Shorten it.`);
  return found.map((message) => issue("PLAN_FOR_EACH", message));
}

function grows(task: PlannedTask | undefined): boolean {
  return task?.forEach !== undefined || task?.subgoal !== undefined;
}

/** The ids that items will have are used by nobody else. */
function checkItemIds({ tasks }: Plan, templates: readonly string[]): readonly PlanIssue[] {
  const taken = new Set(templates);
  return tasks.flatMap(({ id }) => {
    const forEach = forEachIn(id);
    if (!taken.has(forEach)) return [];
    const message = `Task "${id}" has an id that an item of "${forEach}" may have. Give it another.`;
    return [issue("PLAN_FOR_EACH", message)];
  });
}

const NOWHERE: ReadonlyMap<string, string> = new Map();

function checkSubgoals(
  subgoals: readonly PlannedTask[],
  { maxNesting }: PlanLimits,
  within: ReadonlyMap<string, string>,
): readonly PlanIssue[] {
  const tooDeep = subgoals.find(({ id }) => enclosing(id, within).length >= maxNesting);
  if (tooDeep !== undefined) {
    const advice = "Raise `limits.maxNesting`, or plan it as tasks.";
    const { id } = tooDeep;
    const where = within.get(id);
    const what =
      where === undefined
        ? "is a subgoal, and none may be"
        : `is a subgoal within "${where}", and they may lie ${maxNesting} deep`;
    return [issue("PLAN_SUBGOAL", `Task "${id}" ${what}. ${advice}`)];
  }
  const levels = new Map<string | undefined, PlannedTask[]>();
  for (const subgoal of subgoals) {
    const level = within.get(subgoal.id);
    levels.set(level, [...(levels.get(level) ?? []), subgoal]);
  }
  return [...levels.values()].flatMap(checkShares);
}

/** The subgoals that a task lies in, the innermost first. */
function enclosing(id: string, within: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  for (let next = within.get(id); next !== undefined; next = within.get(next)) found.push(next);
  return found;
}

/** What is wrong with the shares of subgoals that lie side by side. */
function checkShares(subgoals: readonly PlannedTask[]): readonly PlanIssue[] {
  // Ten shares of a tenth are 1, whatever binary fractions add up to.
  const sum = Math.round(subgoals.reduce((total, { subgoal = 0 }) => total + subgoal, 0) * 1e9) / 1e9;
  if (sum <= 1) return [];
  const names = quoted(subgoals.slice(0, 10).map(({ id }) => id));
  return [
    issue("PLAN_SUBGOAL", `Expected the shares of ${names} to come to at most 1, got ${sum}. Lower them.`),
  ];
}

function issue(code: PlanIssue["code"], message: string): PlanIssue {
  return { code, message };
}
