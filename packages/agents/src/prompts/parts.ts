// What the prompts of executors and reviewers share.

import type { Input, RejectedDraft, Task } from "@terrace/core";
import { oneLine } from "../fence.js";

/** The goal as context: what the tasks of a run have in common, and nothing that differs between them. */
export function context(advice: string, goal: string): string {
  return `# The goal\n\nWhat all tasks together are for, in the user's words. For context. ${advice}\n\n${goal}`;
}

/** Whose output an input is, in one line. */
export function inputSource(input: Input): string {
  const by = { person: "a person", reviewer: "the reviewer", rule: "its checks" }[input.acceptedBy];
  return (
    `Output of task "${input.taskId}" (${oneLine(input.title)}), ` +
    `made at ${input.tier} in attempt ${input.attempt}, accepted by ${by}.`
  );
}

/** The same for whoever is not to know where it was made, and who accepted it. */
export function plainSource({ taskId, title }: Pick<Input, "taskId" | "title">): string {
  return `Output of task "${taskId}" (${oneLine(title)}).`;
}

/** What a task is told that is done for one item of a list, after its brief; nothing for any other. */
export function itemNote({ item }: Task): string {
  if (item === undefined) return "";
  return `\n\nThis task is one of many with the same brief, one for each item of a list. It is for item ${item.number}, which stands in the material in the place of the list.`;
}

/** The heading over what is quoted. */
export function material(
  inputs: readonly Input[],
  draft: RejectedDraft | undefined,
  hasActs = false,
): string {
  if (hasActs) return "The material, and what was done before";
  if (draft === undefined) return "The material";
  return inputs.length === 0 ? "The draft before yours" : "The material, and the draft before yours";
}

/** Lines, each with its position from 0: the number by which a criterion is answered. */
export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `[${index}] ${oneLine(line)}`).join("\n");
}
