// I-31: a tool acts only where the team and the plan grant it. I-37: record before it acts, and before the model sees
// what it brought; what has ended is not made again, and what has an effect never twice. I-38: what is held is not made
// unless a person allows it.
import { grantedTools, isGranted } from "../plan/granted-tools.js";
import type { RunEvent } from "../run/events.js";
import type { TeamData } from "../team.js";
import type { MakeWatch, Report } from "./watch.js";

interface OpenTool {
  readonly hasEffect: boolean;
  hasEnded: boolean;
  /** Whether the work that started it was broken off. */
  isBroken: boolean;
}

/** Hears the tools of a run. */
class Tools {
  readonly #report: Report;
  #team: Pick<TeamData, "executors"> = { executors: {} };
  readonly #granted = new Map<string, readonly string[]>();
  /** The attempt that each task is at. */
  readonly #attempts = new Map<string, number>();
  /** The tool calls of the attempts that tasks are at, by task. */
  readonly #calls = new Map<string, Map<string, OpenTool>>();

  /** The calls that no person has allowed: those that are held, or were denied. */
  readonly #held = new Set<string>();

  constructor(report: Report) {
    this.#report = report;
  }

  submitted({ team }: RunEvent<"run.submitted">): void {
    this.#team = team;
  }

  planned({ tasks }: RunEvent<"plan.accepted" | "plan.revised">): void {
    for (const task of tasks) {
      const granted = grantedTools(task, this.#team);
      if (granted.length > 0) this.#granted.set(task.id, granted);
      else this.#granted.delete(task.id);
    }
  }

  queued({ taskId, attempt }: RunEvent<"attempt.queued">): void {
    if (!this.#granted.has(taskId)) return;
    if (this.#attempts.get(taskId) !== attempt) {
      for (const useId of this.#held) if (useId.startsWith(`${taskId}/`)) this.#held.delete(useId);
      this.#calls.delete(taskId);
    }
    this.#attempts.set(taskId, attempt);
    this.#breakOff(taskId);
  }

  resumed(): void {
    for (const taskId of this.#calls.keys()) this.#breakOff(taskId);
  }

  held({ taskId, useId }: RunEvent<"tool.held">): void {
    this.#held.add(`${taskId}/${useId}`);
  }

  approved({ taskId, useId }: RunEvent<"tool.approved">): void {
    this.#held.delete(`${taskId}/${useId}`);
  }

  started({ taskId, attempt, useId, tool, hasEffect }: RunEvent<"tool.started">): void {
    if (!isGranted(tool, this.#granted.get(taskId) ?? []))
      this.#report("I-31", `task "${taskId}" was not granted the tool "${tool}".`);
    if (this.#held.has(`${taskId}/${useId}`))
      this.#report("I-38", `tool call "${useId}" is held, and no person allowed it.`);
    if (this.#attempts.get(taskId) !== attempt)
      this.#report("I-37", `attempt ${attempt} of "${taskId}" is not under way.`);
    const calls = this.#calls.get(taskId) ?? new Map<string, OpenTool>();
    const before = calls.get(useId);
    if (before?.hasEnded === true)
      this.#report("I-37", `tool call "${useId}" has ended, and was made again.`);
    else if (before?.hasEffect === true)
      this.#report("I-37", `tool call "${useId}" has an effect, and was begun twice.`);
    else if (before?.isBroken === false) this.#report("I-37", `tool call "${useId}" is under way already.`);
    this.#calls.set(taskId, calls.set(useId, { hasEffect, hasEnded: false, isBroken: false }));
  }

  ended({ taskId, useId }: RunEvent<"tool.ended">): void {
    const call = this.#calls.get(taskId)?.get(useId);
    if (call === undefined || call.hasEnded) this.#report("I-37", `tool call "${useId}" is not under way.`);
    else call.hasEnded = true;
  }

  sent({ purpose, taskId }: RunEvent<"call.sent">): void {
    if (purpose !== "execute" || taskId === null) return;
    for (const [useId, { hasEnded, isBroken }] of this.#calls.get(taskId) ?? [])
      if (!hasEnded && !isBroken)
        this.#report("I-37", `the model is asked on before the end of tool call "${useId}" is recorded.`);
  }

  #breakOff(taskId: string): void {
    for (const call of this.#calls.get(taskId)?.values() ?? []) call.isBroken = true;
  }
}

export const watchTools: MakeWatch = (report) => {
  const tools = new Tools(report);
  return {
    hears: {
      "run.submitted": (event) => tools.submitted(event),
      "plan.accepted": (event) => tools.planned(event),
      "plan.revised": (event) => tools.planned(event),
      "attempt.queued": (event) => tools.queued(event),
      "tool.held": (event) => tools.held(event),
      "tool.approved": (event) => tools.approved(event),
      "tool.started": (event) => tools.started(event),
      "tool.ended": (event) => tools.ended(event),
      "call.sent": (event) => tools.sent(event),
      "run.resumed": () => tools.resumed(),
    },
  };
};
