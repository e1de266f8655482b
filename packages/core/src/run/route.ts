/** How hard a model is asked to think. */
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** The choice of tier, model and effort for one piece of work. */
export interface Route {
  readonly tier: string;
  readonly model: string;
  /** `null` leaves it to the agents. */
  readonly effort: Effort | null;
}

/**
 * Why an attempt is made.
 *
 * `first`: the task became ready. `repair`: the answer could not be used
 * as it was; same tier, with the issues. `escalation`: one tier higher. `redo`: an input was replaced.
 * `person`: a person asked for it.
 */
export type AttemptReason = "first" | "repair" | "escalation" | "redo" | "person";
