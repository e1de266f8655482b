import type { RevisionDue } from "../plan/revision.js";
import type { FailedOutcome, Fault } from "./fault.js";
import type { JsonValue } from "./json.js";

/** A task that is done once for each item of a list. */
export interface Expansion {
  /** How many tasks stand in its place. */
  readonly items: number;
  /** The task that gathers what comes of them. */
  readonly gather: string;
  /** Whether that task is shown the list, too. */
  readonly keepsList: boolean;
}

/** Where the planning stands. */
export interface Planning {
  readonly status: "needed" | "asked" | "proposed" | "unanswered" | "stalled" | "done";
  readonly attempt: number;
  readonly retries: number;
  readonly issues: readonly string[];
  readonly after: FailedOutcome | null;
  readonly proposal: JsonValue;
  readonly fault: Fault | null;
  /** What the plan that runs is to be changed for; `null` for the first plan. */
  readonly revises: RevisionDue | null;
}

/** What carrying out a plan will cost, in integer micro-dollars; `null` when a price is unknown. */
export interface QuoteData {
  readonly minMicroUsd: number | null;
  readonly likelyMicroUsd: number | null;
  readonly maxMicroUsd: number | null;
}

/** Before anybody was asked. */
export const UNPLANNED: Planning = {
  status: "needed",
  attempt: 0,
  retries: 0,
  issues: [],
  after: null,
  proposal: null,
  fault: null,
  revises: null,
};
