// A plan that runs, one task a line: in full what can still be changed, the rest in short, and never more than there is room for.

import type { JsonValue, StandingTask } from "@terrace/core";
import { excerpt } from "./excerpt.js";

/** How many items of a list are shown; they are alike. */
const MOST_ITEMS = 5;
/** Characters of all lines together, of the output of an accepted task, and of the brief of one that has not begun. */
const MOST_CHARACTERS = 200_000;
const MOST_OF_AN_OUTPUT = 300;
const MOST_OF_A_BRIEF = 4_000;

/** The tasks of a plan as lines of JSON. The one that it is about is always among them, and in full. */
export function standingLines(tasks: readonly StandingTask[], about: string): readonly string[] {
  const lines: string[] = [];
  const hidden: StandingTask[] = [];
  const items = new Map<string, number>();
  const own = tasks.find(({ task }) => task.id === about);
  let room = MOST_CHARACTERS - (own === undefined ? 0 : lineOf(own, about).length);
  for (const standing of tasks) {
    const { id, item } = standing.task;
    const alike = item === undefined ? 0 : (items.get(item.forEach) ?? 0);
    const line = id === about || alike < MOST_ITEMS ? lineOf(standing, about) : "";
    if (line === "" || (id !== about && line.length > room)) hidden.push(standing);
    else {
      lines.push(line);
      if (id !== about) room -= line.length;
      if (item !== undefined) items.set(item.forEach, alike + 1);
    }
  }
  return hidden.length === 0 ? lines : [...lines, ...counted(hidden)];
}

function lineOf({ task, standing, output }: StandingTask, about: string): string {
  const { id, title, dependsOn } = task;
  if (standing === "unstarted" || id === about) {
    const { plannedTier: _, within: _within, ...planned } = task;
    return JSON.stringify({ ...planned, brief: cut(task.brief, MOST_OF_A_BRIEF), standing });
  }
  const start = standing === "accepted" ? { output: cut(output, MOST_OF_AN_OUTPUT) } : {};
  return JSON.stringify({ id, title: cut(title, MOST_OF_AN_OUTPUT), dependsOn, standing, ...start });
}

function cut(content: JsonValue, most: number): string {
  const { text, note } = excerpt(content, most);
  return note === "" ? text : `${text}… (${note})`;
}

/** What there is no line for, counted: by the list whose items they are, and by where they stand. */
function counted(hidden: readonly StandingTask[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { task, standing } of hidden) {
    const of = task.item === undefined ? "other tasks" : `other items of "${task.item.forEach}"`;
    const key = `${of}: ${standing}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([what, number]) => `And ${number} ${what}.`);
}
