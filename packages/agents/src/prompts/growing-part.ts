// What the planner is told of plans that grow, as far as the limits of the run let them; nothing where they do not.

import type { PlanLimits } from "@terrace/core";

/** What a plan may leave open, each in a section of its own. */
export function growingParts({ maxItems, maxNesting }: PlanLimits): readonly string[] {
  return [...(maxItems > 0 ? [items(maxItems)] : []), ...(maxNesting > 0 ? [SUBGOALS] : [])];
}

function items(most: number): string {
  const entries = most === 1 ? "one entry" : `${most} entries`;
  return `# The same work for each item of a list

Where the goal asks for the same work on each of many things, and which things these are is only found out by another task, plan that work once. Give its task "forEach": the id of the task whose output is the list, which also stands in its "dependsOn". When the list is there, the work is done once for each item, each time by an executor that sees its own item in the place of the list. For every other task "forEach" is an empty string.

- The task that makes the list delivers a JSON list and nothing else, of at most ${entries}, each short and complete in itself: "Orrin Freight, Hull, haulage", not "the third of them". Say in its brief which things belong into the list and which do not, and which come first if there are too many.
- The brief of the work stands for every item, as do its criteria: "the company that you are given", not the name of one.
- Exactly one other task depends on the work: it gathers what came of all items, which it gets in the order of the list. The work itself is never the answer to the goal.
- A few things that the goal names already need no list. Plan a task for each, or one for all.`;
}

const SUBGOALS = `# A part that can only be planned later

Where a part of the goal cannot be cut into tasks before the output of another task is there, plan it as one task with a "subgoal": the share of the money, above 0 and at most 1, that this part may spend. When its inputs are there you are asked for a plan of that part, whose tasks take its place. Its brief says what is to be reached; nobody carries it out as it stands, so its role and tier decide nothing. Its criteria hold for the answer of the part. The shares in a plan come to at most 1 together, and what is left must do for all other tasks. For every other task "subgoal" is 0, and that is the usual case: what you can plan now, plan now.`;
