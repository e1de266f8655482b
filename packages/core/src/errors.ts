// A registered symbol, so that two installed copies of the package recognise each other.
const MARKER = Symbol.for("terrace.OrchestrationError");

/** What can go wrong in a way that a caller may want to handle, one word each. */
export type ErrorCode =
  | "TEAM_INVALID"
  | "OPTIONS_INVALID"
  | "PLAN_INVALID"
  | "PLANNING_FAILED"
  | "RUN_PAUSED"
  | "RUN_FAILED"
  | "RUN_CANCELLED"
  | "RUN_ENDED"
  | "TASK_UNKNOWN"
  | "TASK_NOT_FLAGGED"
  | "TOOL_NOT_HELD"
  | "RESOLUTION_INVALID"
  | "ALREADY_DECIDED"
  | "RESOLUTION_OUTDATED"
  | "LISTENER_INVALID"
  | "BUDGET_EXCEEDED"
  | "QUEUE_FULL"
  | "SHADOW_INVALID"
  | "RUN_STOPPED"
  | "RUN_UNKNOWN"
  | "RUN_LOCKED"
  | "LEASE_LOST"
  | "LOG_CONFLICT"
  | "LOG_UNREADABLE"
  | "INVARIANT_BROKEN"
  | "STORE_FAILED";

/**
 * What every error of Terrace is.
 *
 * The message says what happened, what was expected and got, and what to do next.
 */
export class OrchestrationError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
    Object.defineProperty(this, MARKER, { value: true });
  }

  /** Whether `value` is an error of Terrace, even one of another copy of the package. */
  static is(value: unknown): value is OrchestrationError {
    return typeof value === "object" && value !== null && MARKER in value;
  }
}

/** A team, an option or a plan handed in by the caller is wrong. Thrown before anything starts. */
export class DeclarationError extends OrchestrationError {
  /** Everything that is wrong, each in a line. */
  readonly issues: readonly string[];

  constructor(code: "TEAM_INVALID" | "OPTIONS_INVALID" | "PLAN_INVALID", issues: readonly string[]) {
    super(code, issues.join("\n"));
    this.issues = issues;
  }
}

/** A call was not sent, since the budget does not bear what it may cost. */
export class BudgetError extends OrchestrationError {
  /** `task`: its task alone is stopped. `run`: nothing more may be sent. */
  readonly scope: "task" | "run";

  constructor(scope: "task" | "run", message: string) {
    super("BUDGET_EXCEEDED", message);
    this.scope = scope;
  }
}

/** A run did not complete. What it did is not lost: `run` and `ledger` hold it. */
export class RunError<State = unknown, Ledger = unknown, Census = unknown> extends OrchestrationError {
  readonly runId: string;
  /** The run's state when it stopped. */
  readonly state: State;
  /** What it had spent by then. */
  readonly ledger: Ledger;
  /** How its tasks stood, and how it came out in a word. */
  readonly census: Census;

  constructor(
    code: "PLANNING_FAILED" | "RUN_PAUSED" | "RUN_FAILED" | "RUN_CANCELLED" | "RUN_STOPPED",
    message: string,
    run: { runId: string; state: State; ledger: Ledger; census: Census; cause?: unknown },
  ) {
    super(code, message, run.cause === undefined ? undefined : { cause: run.cause });
    this.runId = run.runId;
    this.state = run.state;
    this.ledger = run.ledger;
    this.census = run.census;
  }
}

/** Joins names for a message: `"haiku", "sonnet"`. */
export function quoted(names: Iterable<string>): string {
  return [...names].map((name) => JSON.stringify(name)).join(", ");
}

/** Shows any value in a message, in backquotes, cut at 200 characters. */
export function got(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : describe(value);
  return `\`${text.length > 200 ? `${text.slice(0, 199)}…` : text}\``;
}

function describe(value: unknown): string {
  try {
    return typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
