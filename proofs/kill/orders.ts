// What the parent tells a worker, and what a worker tells the parent.

import type { JsonValue } from "@terrace/core";

/** Where a process is hit, seen from the write that holds an event. */
export const POSITIONS = ["before", "written", "begun"] as const;

/**
 * `before`: everything of the write is handed to the database, and nothing is durable. `written`: it is durable, and
 * the run loop has not heard. `begun`: the run loop has heard, and what the event licenses has begun.
 */
type Position = (typeof POSITIONS)[number];

/** What happens to the process there. */
export type Blow =
  /** SIGKILL. */
  | "kill"
  /** SIGSTOP, until the parent wakes it. */
  | "stop"
  /** A loop that lets nothing else run, until a file appears. */
  | "block"
  /** More and more memory, until there is none. */
  | "heap";

/** A place in a run, and what happens there. */
export interface Halt {
  /** The name of an event, or how many events this process has recorded by then, counted from 1. */
  readonly event: string | number;
  readonly position: Position;
  readonly blow: Blow;
  /** For `block`: the file that ends it. */
  readonly until?: string | undefined;
}

/** Drives a run. */
export interface Order {
  readonly path: string;
  readonly url: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** The run to resume; without one, a new run is submitted. */
  readonly runId?: string | undefined;
  /** Whether to wait for a run that is locked, rather than to give up. */
  readonly waits?: boolean | undefined;
  /** When to begin, in milliseconds since 1970. */
  readonly at?: number | undefined;
  readonly halt?: Halt | undefined;
}

/** The end of a run, as whoever drove it was told. */
export interface Ending {
  readonly answer: JsonValue;
  readonly outputs: { readonly [taskId: string]: JsonValue };
  readonly outcome: string;
}

/** What a worker says. */
export type Report =
  /** It is loaded and waits for an order. */
  | { readonly type: "ready" }
  /** It has the run. */
  | { readonly type: "driving"; readonly runId: string }
  | { readonly type: "ended"; readonly ending: Ending; readonly recorded: number }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      /** The code of what caused it. */
      readonly cause: string;
      readonly recorded: number;
    };
