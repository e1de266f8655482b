import { evolve, initialState, type RunEvent, type RunState, TERMINAL_EVENTS } from "@terrace/core";

/** What licenses work, and what a call was made for. */
type Licence = RunEvent<"plan.queued" | "classification.queued" | "attempt.queued" | "review.queued">;

/** Names a piece of work: the same for its licence and for its calls. */
export function workOf({
  purpose,
  taskId,
  attempt,
}: {
  readonly purpose: string;
  readonly taskId: string | null;
  readonly attempt: number;
}): string {
  return taskId === null ? `plan ${attempt}` : `${purpose} ${taskId} ${attempt}`;
}

/** Names what the planner is asked: the first plan, or what a change of it is about. */
export function planningOf({
  attempt,
  revises,
}: {
  readonly attempt: number;
  readonly revises?: { readonly taskId: string } | null;
}): string {
  return workOf({ purpose: "plan", taskId: revises?.taskId ?? null, attempt });
}

/** What the judge has seen of one run on the disk. */
export class RunBook {
  readonly log: RunEvent[] = [];
  state: RunState = initialState();
  /** The calls whose intent is durable, by call id. */
  readonly sent = new Map<string, RunEvent<"call.sent">>();
  /** How each call ended, by call id. */
  readonly ended = new Map<string, RunEvent<"call.answered" | "call.failed" | "call.orphaned">>();
  /** Where the last answer to a key stands. */
  readonly answeredAt = new Map<string, number>();
  /** Where a piece of work last came to nothing because no answer came. */
  readonly unansweredAt = new Map<string, number>();
  /** How often an answer of another run was taken over, by key. */
  readonly reused = new Map<string, number>();
  /** What licensed each piece of work last. */
  readonly licences = new Map<string, Licence>();
  isOver = false;

  add(event: RunEvent): void {
    this.log.push(event);
    this.state = evolve(this.state, event);
    if (TERMINAL_EVENTS.includes(event.type)) this.isOver = true;
    this.#note(event);
  }

  #note(event: RunEvent): void {
    switch (event.type) {
      case "plan.queued":
        this.licences.set(planningOf(event), event);
        break;
      case "classification.queued":
        this.licences.set(workOf({ ...event, purpose: "classify", attempt: 0 }), event);
        break;
      case "attempt.queued":
        this.licences.set(workOf({ ...event, purpose: "execute" }), event);
        break;
      case "review.queued":
        this.licences.set(workOf({ ...event, purpose: "review" }), event);
        break;
      case "call.sent":
        this.sent.set(event.callId, event);
        break;
      case "call.answered": {
        const sent = this.sent.get(event.callId);
        if (sent !== undefined) this.answeredAt.set(sent.key, event.seq);
        this.ended.set(event.callId, event);
        break;
      }
      case "call.failed":
      case "call.orphaned":
        this.ended.set(event.callId, event);
        break;
      case "plan.failed":
        this.#unanswered(planningOf(this.state.planning), event);
        break;
      case "attempt.failed":
        this.#unanswered(workOf({ ...event, purpose: "execute" }), event);
        break;
      case "classification.failed":
        this.#unanswered(workOf({ ...event, purpose: "classify", attempt: 0 }), event);
        break;
      case "review.failed":
        this.#unanswered(workOf({ ...event, purpose: "review" }), event);
        break;
      case "call.reused":
        this.reused.set(event.key, (this.reused.get(event.key) ?? 0) + 1);
        break;
      default:
        break;
    }
  }

  #unanswered(
    work: string,
    { fault, seq }: RunEvent<"plan.failed" | "classification.failed" | "attempt.failed" | "review.failed">,
  ): void {
    if (fault.outcome === "transport") this.unansweredAt.set(work, seq);
  }
}
