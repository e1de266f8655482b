// What the planner is asked when a plan that runs is to change. What others wrote stands in fences, and never whole when it is long.

import type { Input, RevisionRequest } from "@terrace/core";
import { fenced, oneLine, type Quotation } from "../fence.js";
import { excerpt } from "./excerpt.js";
import { inputSource, numbered } from "./parts.js";
import { standingLines } from "./standing-lines.js";

/** How much is shown of what a task works from: inputs, characters of all together, characters of each. */
const MOST_INPUTS = 200;
const MOST_CHARACTERS = 200_000;
const MOST_OF_AN_INPUT = 50_000;
/** How much is shown of why the plan is to change, in characters. */
const MOST_OF_A_REASON = 8_000;

/** What is to be planned anew and why, what it is made from, and what may be changed. */
export function revisionParts(revision: RevisionRequest): readonly string[] {
  return revision.cause === "subgoal" ? subgoal(revision) : change(revision);
}

/** The last sentence of the question. */
export function revisionAsked({ cause }: RevisionRequest): string {
  return cause === "subgoal" ? "Answer with the plan of this task." : "Answer with what changes, and why.";
}

function subgoal({ task, inputs }: RevisionRequest): readonly string[] {
  const { id, title, brief, criteria } = task;
  const held = criteria.length === 0 ? "" : `\n\nIts criteria:\n\n${numbered(criteria)}`;
  const parts = [DUE, `# The task "${id}": ${oneLine(title)}\n\n${brief}${held}`];
  return inputs.length === 0
    ? parts
    : [...parts, `# What it works from\n\n${NEEDS}\n\n${fenced(quoted(inputs))}`];
}

const DUE = `# What to plan

A plan for this goal is being carried out. One task of it is a goal of its own, and it is due now. Plan this task, and nothing else of the goal. What you name in "answer" takes its place: it is held against the criteria of this task besides its own, and goes to whatever waits for this task. Keep ids short, since the id of this task is put before them.`;

const NEEDS =
  'A task of your plan that needs one of these outputs names its task in "dependsOn", and sees no other of them. ' +
  "No task of yours has the id of one of these.";

function change({ cause, taskId, reason, task, inputs, tasks, answer }: RevisionRequest): readonly string[] {
  const why = excerpt(reason, MOST_OF_A_REASON);
  const lines = standingLines(tasks, taskId);
  const material = fenced([
    {
      source: `${WHOSE[cause === "contradiction" ? cause : "flagged"]} ${why.note}`.trim(),
      content: why.text,
    },
    ...quoted(inputs),
    { source: "The plan as it stands, one task a line.", content: lines.join("\n") },
  ]);
  const name = `Task "${taskId}" (${oneLine(task.title)})`;
  const happened = cause === "contradiction" ? `${name} ${CONTRADICTED}` : `${name} ${FAILED}`;
  return [
    `# What happened\n\nA plan for this goal is being carried out. ${happened}\n\n${material}`,
    rules(taskId, answer, tasks.some(({ task: { item } }) => item !== undefined) ? `\n${ITEMS}` : ""),
  ];
}

const CONTRADICTED =
  "is done, and its executor says that what it worked from contradicts the plan. Its output is taken unless you withdraw " +
  "the task. Below are the executor's words, what it worked from, and the plan.";

const FAILED =
  "has brought no output that can be taken, and is not tried again. A person has to settle it unless the plan changes. " +
  "Below are the last reason, what the task works from, and the plan.";

const WHOSE = {
  flagged: "Why no output of it was taken.",
  contradiction: "What contradicts the plan, in the executor's words.",
} as const;

const ITEMS = '- A task with an "item" is one of a list: it can be withdrawn, and not be given anew.';

function rules(taskId: string, answer: string, items: string): string {
  return `# What you may change

- "tasks" holds what is new or different: new tasks, each under an id of its own, and tasks that are "unstarted" under the id that they have, whole, as they are to read from now on. What you do not name stays as it is.
- "withdraw" holds the ids of tasks that are not to be done: of those that are "unstarted", and of "${taskId}" itself.
- What is "begun" or "accepted" stays. A task may depend on it.
- A task that depends on one you withdraw has to be given anew without it, or be withdrawn too.${items}
- "answer" names the task that answers the goal: "${answer}", unless that changes.
- "reason" says in a sentence or two what the change remedies.

Change as little as possible, and only what remedies what happened: a task with the same brief for the same executor fails the same way. Where no change of the plan would help, leave "tasks" and "withdraw" empty and say why in "reason". That is a good answer too: the run then goes on as if you had not been asked.`;
}

/** The outputs that a task works from, as far as there is room. */
function quoted(inputs: readonly Input[]): readonly Quotation[] {
  const shown = inputs.slice(0, MOST_INPUTS);
  const most = Math.min(MOST_OF_AN_INPUT, Math.floor(MOST_CHARACTERS / Math.max(1, shown.length)));
  const quotations = shown.map((input) => {
    const { text, note } = excerpt(input.output, most);
    return { source: `${inputSource(input)} ${note}`.trim(), content: text };
  });
  const more = inputs.length - shown.length;
  return more === 0
    ? quotations
    : [...quotations, { source: "What is not shown.", content: unshown(inputs) }];
}

function unshown(inputs: readonly Input[]): string {
  const rest = inputs.slice(MOST_INPUTS);
  return `Outputs of ${rest.length} more tasks, from "${rest[0]?.taskId}" to "${rest.at(-1)?.taskId}".`;
}
