// What changes of a plan say to a reader, in a line.

import type { Revision, RunEvent, RunState } from "@terrace/core";
import { count } from "../text/format.js";
import type { Note } from "./note.js";

/** The notes of what changes a plan that runs, or asks for that. */
export const revisionNotes: {
  readonly "plan.queued": (event: RunEvent<"plan.queued">) => Note | undefined;
  readonly "plan.revised": (event: RunEvent<"plan.revised">, known: { readonly state: RunState }) => Note;
  readonly "plan.kept": (event: RunEvent<"plan.kept">) => Note;
} = {
  "plan.queued": ({ revises, attempt, retry }) => {
    if (revises === undefined || attempt > 1 || retry > 0) return undefined;
    const { cause, taskId, reason } = revises;
    const due =
      cause === "subgoal" ? `the subgoal "${taskId}" is due` : `${HAPPENED[cause](taskId)}: ${reason}`;
    return plain(`the planner is asked, since ${due}`);
  },
  "plan.revised": (revision, { state }) =>
    plain(`revision ${revision.number}: ${described(revision, state)}`),
  "plan.kept": ({ cause, taskId, because }) =>
    cause === "subgoal"
      ? { about: "plan", text: `no plan of the subgoal "${taskId}" stands: ${because}`, tone: "bad" }
      : plain(`stays as it is, though ${HAPPENED[cause](taskId)}: ${because}`),
};

const HAPPENED = {
  flagged: (id: string) => `"${id}" brings no output that is accepted`,
  contradiction: (id: string) => `"${id}" contradicts it`,
} as const;

function described(
  { cause, taskId, tasks, withdrawn, reason }: Revision,
  { tasks: known }: RunState,
): string {
  const gone = withdrawn.length === 0 ? "" : `, ${withdrawn.length} withdrawn`;
  if (cause === "for_each") {
    const items = tasks.filter(({ item }) => item?.forEach === taskId).length;
    return `${count(items, "task")} for the items of "${known.get(taskId)?.task.forEach ?? taskId}"${gone}`;
  }
  if (cause === "subgoal") {
    const own = tasks.filter(({ within }) => within === taskId).length;
    return `${count(own, "task")} for the subgoal "${taskId}"`;
  }
  return `since ${HAPPENED[cause](taskId)}, ${count(tasks.length, "task")} new or changed${gone}: ${reason}`;
}

function plain(text: string): Note {
  return { about: "plan", text, tone: "plain" };
}
