// The run that is killed everywhere: its team, its plan, its checks, and the person it has to wait for.

import { claudeTeam, commandCheck } from "@terrace/agents";
import { type Check, definePlan, defineTeam, type Plan, type Resolution, type Team } from "@terrace/core";

/** Calls under way at once in a run. */
export const SLOTS = 4;

/** What is pursued; short, since every request carries it. */
export const GOAL = "Build it, part by part.";

type Role = "worker" | "builder";

/** Nobody is audited: who is depends on the run's id, and every run has another. */
export const referenceTeam: Team<"haiku" | "sonnet" | "opus", Role> = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: claudeTeam.planner,
  executors: { worker: { tier: "haiku" }, builder: { tier: "haiku" } },
  reviewer: { auditShare: 0 },
});

/** The tasks whose outputs a real program looks at. */
export const BUILT: ReadonlySet<string> = new Set(["source2", "source3", "middle4"]);

/** Twenty tasks; `leaf` finds `root` at fault once `branch` has used it, so what is done again is always the same. */
export const referencePlan: Plan = definePlan(referenceTeam, {
  tasks: [
    ...tasks("source", 4, () => []),
    ...tasks("middle", 6, (n) => [`source${(n % 4) + 1}`, `source${((n + 1) % 4) + 1}`]),
    ...tasks("late", 6, (n) => [`middle${n}`, `middle${(n % 6) + 1}`]),
    task("root", []),
    task("branch", ["root"]),
    task("leaf", ["root", "branch"]),
    task("answer", [...Array.from({ length: 6 }, (_, index) => `late${index + 1}`), "leaf"]),
  ],
  answer: "answer",
});

function tasks(name: string, count: number, dependsOn: (n: number) => readonly string[]) {
  return Array.from({ length: count }, (_, index) => task(`${name}${index + 1}`, dependsOn(index + 1)));
}

function task(id: string, dependsOn: readonly string[]) {
  const role: Role = BUILT.has(id) ? "builder" : "worker";
  return { id, role, brief: `Make ${id}.`, criteria: ["It is right."], dependsOn };
}

/** A real program looks for the word that `source2` leaves out at Haiku. */
export const lookInside: Check = commandCheck({
  name: "look inside",
  command: "grep",
  args: ["-q", "from", "output.txt"],
  files: (output) => ({ "output.txt": String(output) }),
});

/** How the person settles a flagged task: by its name alone, as everything here. */
export function settlementOf(taskId: string): Resolution<"haiku" | "sonnet" | "opus"> {
  return taskId === "late4" ? { action: "answer", output: "Done by hand." } : { action: "accept" };
}
