import type { EventType, RunEvent } from "../run/events.js";

/** What is said of a run besides its log. */
export interface InvariantOptions {
  /** Calls that may be under way at once. @default that is not judged */
  readonly slots?: number;
  /** Whether the log will never grow again: then every call must have its end. @default false */
  readonly isOver?: boolean;
}

/** Says that an invariant is broken by the event that is being heard. */
export type Report = (invariant: string, message: string) => void;

/** What hears a log, event by event, and reports what is wrong. */
export interface Watch {
  readonly hears: { readonly [E in EventType]?: (event: RunEvent<E>) => void };
  /** Called after the last event. */
  readonly atEnd?: () => void;
}

/** Makes a watch of its own for each log. */
export type MakeWatch = (report: Report, options: InvariantOptions) => Watch;
