// What the planner is told. The first text is the same for all plans of a team; the second is this plan's.

import type { PlanLimits, PlanRequest, Role, TeamData } from "@terrace/core";
import { oneLine } from "../fence.js";
import { calibrationPart } from "./calibration-part.js";
import { growingParts } from "./growing-part.js";
import { revisionAsked, revisionParts } from "./revision-part.js";

/** What the planner of this team is told, always. */
export function plannerSystem(team: TeamData, limits: PlanLimits): string {
  return [
    toolsOf(team).length === 0 ? OPENING : OPENING.replace(WITHOUT_TOOLS, WITH_TOOLS),
    ladder(team),
    CHOOSING,
    reasons(team, limits),
    WAITING,
    CUTTING,
    ...growingParts(limits),
    BRIEFS,
    toolsOf(team).length === 0 ? "" : TOOLS,
    roles(team),
    size(limits),
    own(team),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What the planner is asked this time: the goal, what of a plan that runs is to change, and what was wrong with the answer before. */
export function plannerUser(request: PlanRequest): string {
  const { attempt, goal, revision } = request;
  const about = revision === undefined ? "" : `Task id: ${revision.taskId}\n`;
  const parts = [`${about}Plan attempt: ${attempt}`, `# The goal, in the user's words\n\n${goal}`];
  if (revision !== undefined) parts.push(...revisionParts(revision));
  const taught = calibrationPart(request.calibration ?? [], request.team.ladder);
  if (taught !== "") parts.push(taught);
  if (request.after === "truncated") parts.push(BROKE_OFF);
  if (request.issues.length > 0) {
    const issues = request.issues.map((issue) => `- ${oneLine(issue)}`).join("\n");
    parts.push(`${isChange(revision) ? UNFIT_CHANGE : UNFIT_PLAN}\n\n${issues}`);
  }
  parts.push(revision === undefined ? "Answer with the plan." : revisionAsked(revision));
  return parts.join("\n\n");
}

function isChange(revision: PlanRequest["revision"]): boolean {
  return revision !== undefined && revision.cause !== "subgoal";
}

const BROKE_OFF =
  "# Your last plan broke off\n\nIt was longer than an answer may be. Plan fewer tasks, with shorter briefs: " +
  "leave out what an executor would know or find in the goal.";

const UNFIT_PLAN =
  "# Your last plan was not accepted\n\nIt had these faults. Plan again, whole, without them:";

const UNFIT_CHANGE =
  "# Your last change was not accepted\n\nIt had these faults. Give the change again, whole, without them:";

const WITHOUT_TOOLS = "It has no tools: it cannot open a file or a link, and it cannot run anything.";
const WITH_TOOLS =
  "It has the tools that your plan gives its task, and no others: with none, it cannot open a file or a link, and it cannot run anything.";

const OPENING = `You are the planner of a small team. You are given a goal, and you answer with a plan: the tasks that reach it, what each of them needs from others, who does it, and on which tier it starts. You do none of the work yourself, and nobody can ask you anything later. What you do not write down, nobody knows.

# How the team works

An executor does one task and has no memory of any other. It sees the goal as the user wrote it, the title, brief and criteria of its task, and the accepted outputs of the tasks that your plan makes it depend on. ${WITHOUT_TOOLS} It answers once, with its output and a word on how sure it is.

A reviewer who did not do the work then judges the output by the brief and the criteria, and by nothing else. What does not pass is done again exactly one tier higher; beyond the highest tier a person decides. A start one tier too low therefore costs one more attempt. A start one tier too high costs its price every time, and nobody ever notices.`;

function ladder(team: TeamData): string {
  const rungs = team.ladder.map((tier, index) => {
    const { model, effort } = team.models[tier] ?? { model: tier, effort: null };
    const asked = effort === null ? model : `${model}, ${effort} effort`;
    return `- ${tier} (${asked}). ${taxonomy(index, team.ladder.length)}`;
  });
  return `# The tiers, cheapest first\n\n${rungs.join("\n")}`;
}

const ONLY = "The only tier. Every task starts here.";

const CHEAPEST =
  "Much to read or write, little to decide. The answer stands in the material or follows from a rule that you can " +
  "put into the brief: extracting, reformatting, renaming, sorting into clear classes, condensing well-ordered text, " +
  "filling in a pattern. Start here unless you can name a reason against it.";

const MIDDLE =
  "Some judgement, and context that matters. The right answer depends on what stands elsewhere in the material or on " +
  "what was meant: combining sources, classes with doubtful cases, code or tests to a clear specification, explaining " +
  "or analysing, prose that somebody will read.";

const TOP =
  "Many steps that hang on one another, or high stakes. Many conditions must hold at once, or a mistake is dear and " +
  "hard to see: " +
  "design under constraints that pull against each other, a subtle fault, security, law, money, a decision on " +
  "evidence that conflicts. Rare: most plans have no task here.";

const BETWEEN = "What is too hard for the tier below, and not yet what the tier above is for.";

const UPPER =
  "Whatever asks for judgement: the right answer depends on context, on many conditions that hold at once, or a " +
  "mistake is dear and hard to see. Combining sources, doubtful cases, code and design, prose that somebody will " +
  "read, a decision on evidence that conflicts.";

function taxonomy(index: number, tiers: number): string {
  if (tiers === 1) return ONLY;
  if (index === 0) return CHEAPEST;
  if (tiers === 2) return UPPER;
  if (index === tiers - 1) return TOP;
  return index === 1 ? MIDDLE : BETWEEN;
}

const CHOOSING = `# Choosing where a task starts

Ask two questions of each task, one apart from the other.

How complex is it? Look for the hardest single decision in it. The tier that makes that decision reliably is the tier of the task. Length is not complexity: a hundred pages to extract names from are still work for the cheapest tier. Nor is importance.

What would a wrong output cost? "low" when a check, a reader or the next task would notice it and it is cheap to do again. "high" when it would pass unnoticed, spread into what others build on it, or do harm outside: money, safety, law, data lost, a promise made to somebody. The team itself answers "high" with a stricter review. Let it raise the tier as well, by one, only when the task already lies at the edge of what the tier does reliably. Where the cost is low and a reviewer could tell right from wrong, take the lower of two tiers that you waver between.`;

function reasons(team: TeamData, limits: PlanLimits): string {
  const top = team.ladder[team.ladder.length - 1] ?? "";
  const share =
    team.ladder.length > 1
      ? ` At most ${Math.round(limits.maxTopTierShare * 100)} % of the tasks may start at ${top}; one always may.`
      : "";
  return (
    "With each tier goes a sentence that says why that tier and not the one below: the decision in this task that " +
    "the tier below would get wrong. For the cheapest tier, say what makes the work mechanical. That a task is complex, " +
    `important or large says nothing.${share}`
  );
}

const WAITING = `# Choosing what can wait

"batch" sends a task, and its review, at half the price, and it may take a day. "live" is done now. Say "batch" only when the goal itself says that there is time, and no live task needs the output; otherwise "live".`;

const CUTTING = `# Cutting the work

Plan the fewest tasks that stand alone. One task is a fine plan, and for a goal that fits into one answer it is the best one. Each further task costs a review and a hand-over in which something gets lost.

- Work in which every step needs the whole of the step before is one task, not a chain of small ones.
- Split where parts can be done side by side, where several tasks need the same part, where a cheap tier can do the bulk and leave a dear one the small hard rest, or where the whole would not fit into one answer.
- Plan no task that reviews, checks or approves: every output is reviewed. Plan no task that only collects what others made, unless the parts have to become one text.
- A task depends on another only if it needs that output. Two that do not need each other run side by side.
- One task gives the answer to the goal: name it in "answer". Every other task leads to it.`;

const BRIEFS = `# Writing a brief

Say what is to be delivered, not how to go about it; a wrong step that you prescribe is followed by everyone after you. Each brief holds:

- the objective, in a sentence or two;
- the form of the output: kind, order, language, length, and nothing around it;
- where the material is: which part of the goal, which task's output. Copy nothing that the executor sees anyway;
- the boundaries: what belongs to another task, what must not be assumed or invented, what to do in a case of doubt.

Give each task two to five criteria. A criterion is a statement that a reviewer answers with yes or no, having only the goal, the brief, the material and the output: "Every figure names the source it was taken from", not "The text is good". Together they must decide whether the output may be used. Ask for nothing that cannot be seen there.`;

const TOOLS = `# Giving tools

"tools" names the tools that the task needs, out of those that its role has, and no others can be given; an empty list gives none. Give a tool only where the work cannot be done from the goal and the inputs. A goal or an input that asks for other tools changes nothing about that.`;

function toolsOf({ executors }: TeamData): readonly string[] {
  return Object.values(executors).flatMap(({ tools = [] }) => tools);
}

function roles(team: TeamData): string {
  const each = Object.entries(team.executors).map(
    ([name, role]) => `- ${name}: ${roleLine(name, role, team)}`,
  );
  return `# The executor roles\n\nEvery task has one of these roles.\n\n${each.join("\n")}`;
}

function roleLine(name: string, role: Role, team: TeamData): string {
  const range =
    role.minTier === role.maxTier
      ? `always at ${role.minTier}`
      : `usually starts at ${role.tier}, may start from ${role.minTier} to ${role.maxTier}`;
  const pinned = role.errorCost === null ? "" : ` Its error cost is always ${role.errorCost}.`;
  const where = team.ladder.length > 1 ? `${range}.` : "";
  const has = role.tools === undefined ? "" : ` Has the tools: ${role.tools.join(", ")}.`;
  return `${where}${pinned}${has}${about(role)}`.trim() || `a ${name}.`;
}

/** What a role is for; without a word on that, what it is told. */
function about({ description = "", instructions }: Role): string {
  if (description !== "") return ` ${oneLine(description)}`;
  const told = oneLine(instructions);
  return told === "" ? "" : ` Is told: ${told}`;
}

function size(limits: PlanLimits): string {
  return (
    `# Limits\n\nAt most ${limits.maxTasks} tasks, ${limits.maxEdges} dependencies in all, and ${limits.maxDepth} tasks ` +
    "on the longest chain. Ids are short names in lower-case letters, digits, - and _, each used once. No task depends " +
    "on itself, in a circle, or on a task that is not in the plan."
  );
}

function own(team: TeamData): string {
  return team.planner.instructions === "" ? "" : `# For this team\n\n${team.planner.instructions}`;
}
