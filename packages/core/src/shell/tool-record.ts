import { OrchestrationError } from "../errors.js";
import type { RecordedTool, ToolCall, ToolDecision, ToolEnd, ToolJournal } from "../ports/tool-journal.js";
import type { RunEvent } from "../run/events.js";
import type { ToolFacts } from "../run/tool-facts.js";
import type { JournalOptions } from "./journal.js";

type Parts = Pick<JournalOptions, "runner" | "signal" | "confirm">;
type ToolEvent = RunEvent<keyof ToolFacts>;

/** The tool journal of one attempt: its tool calls become events of the run. */
export class ToolRecord implements ToolJournal {
  readonly #parts: Parts;
  readonly #taskId: string;
  readonly #attempt: number;

  constructor(parts: Parts, { taskId, attempt }: RunEvent<"attempt.queued">) {
    this.#parts = parts;
    this.#taskId = taskId;
    this.#attempt = attempt;
  }

  recorded(useId: string): RecordedTool | undefined {
    const last = this.#last(useId, ["tool.started", "tool.ended"]);
    if (last === undefined) return undefined;
    const started = last.type === "tool.started" ? last : this.#last(useId, ["tool.started"]);
    if (started?.type !== "tool.started") return undefined;
    const { tool, input, hasEffect } = started;
    return { useId, tool, input, hasEffect, end: last.type === "tool.ended" ? endOf(last) : null };
  }

  decided(useId: string): ToolDecision | undefined {
    const event = this.#last(useId, ["tool.approved", "tool.denied"]);
    if (event?.type === "tool.denied") return { isAllowed: false, reason: event.reason };
    return event === undefined ? undefined : { isAllowed: true };
  }

  isKnown(tool: string): boolean {
    return this.#parts.runner.log.some((event) => event.type === "tool.approved" && event.tool === tool);
  }

  async held({ useId, tool, input }: Omit<ToolCall, "hasEffect">): Promise<void> {
    if (this.#last(useId, ["tool.held"]) !== undefined) return;
    await this.#parts.runner.recordDurably({ type: "tool.held", ...this.#work, useId, tool, input });
  }

  async started(call: ToolCall): Promise<void> {
    const { runner, signal, confirm } = this.#parts;
    if (signal.aborted) {
      throw new OrchestrationError("RUN_ENDED", "The run was told to stop: no tool may act for it any more.");
    }
    const { useId, tool, input, hasEffect } = call;
    const { taskId, attempt } = this.#work;
    await runner.recordDurably({ type: "tool.started", taskId, attempt, useId, tool, input, hasEffect });
    await confirm();
  }

  async ended(useId: string, { isError, content, ms }: ToolEnd): Promise<ToolEnd> {
    const { taskId, attempt } = this.#work;
    const fact = { type: "tool.ended", taskId, attempt, useId, isError, content, ms } as const;
    await this.#parts.runner.recordDurably(fact);
    const recorded = this.#last(useId, ["tool.ended"]);
    return recorded?.type === "tool.ended" ? endOf(recorded) : { isError, content, ms };
  }

  get #work(): { readonly taskId: string; readonly attempt: number } {
    return { taskId: this.#taskId, attempt: this.#attempt };
  }

  /** The last that was recorded of a call, found by a walk from the end of the log to where the attempt began. */
  #last<E extends ToolEvent["type"]>(useId: string, types: readonly E[]): RunEvent<E> | undefined {
    const { log } = this.#parts.runner;
    for (let at = log.length - 1; at >= 0; at -= 1) {
      const event = log[at] as RunEvent;
      if (isOf(event, this.#work) && event.type === "attempt.queued" && event.retry === 0) return undefined;
      if (!("useId" in event) || event.useId !== useId || !isOf(event, this.#work)) continue;
      if ((types as readonly string[]).includes(event.type)) return event as unknown as RunEvent<E>;
    }
    return undefined;
  }
}

function isOf(event: RunEvent, work: { readonly taskId: string; readonly attempt: number }): boolean {
  if (!("attempt" in event && "taskId" in event)) return false;
  return event.attempt === work.attempt && event.taskId === work.taskId;
}

function endOf({ isError, content, ms }: RunEvent<"tool.ended">): ToolEnd {
  return { isError, content, ms };
}
