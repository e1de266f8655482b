// What the three processes of the storm say to one another.

/** What the provider does to the run: faults spread evenly, or nothing but refusals for a while. */
export type Mode = "faults" | "storm";

/** The name of a mode given on the command line. @throws RangeError when there is none of that name. */
export function toMode(word: string | undefined): readonly Mode[] {
  if (word === undefined) return ["faults", "storm"];
  if (word === "faults" || word === "storm") return [word];
  throw new RangeError(`Expected --mode to be "faults" or "storm", got "${word}".`);
}

/** What the server is told. */
export interface ServerSetup {
  readonly mode: Mode;
  /** How long every request is refused, in milliseconds; counted from the first one that is. */
  readonly stormMs: number;
}

/** What the run's process is told. */
export interface RunSetup {
  readonly url: string;
  readonly tasks: number;
  readonly concurrency: number;
  /** Where the SQLite file is; `null` keeps the run in memory. */
  readonly storePath: string | null;
}

/** What the server counted: the judge of everything but the heap. */
export interface ServerReport {
  /** Requests of any kind. */
  readonly requests: number;
  /** Requests that were answered as asked. */
  readonly answered: number;
  /** Requests that were failed on purpose. */
  readonly failed: number;
  readonly maxInFlight: number;
  /** Requests by second since the storm was over, whole seconds only. */
  readonly afterStorm: readonly number[];
}

/** What the run's process found. */
export interface RunReport {
  readonly accepted: number;
  /** How often the run was paused, because no more retries were allowed, and told to go on. */
  readonly pauses: number;
  readonly seconds: number;
  /** The largest heap in use that was seen, in MB, and what was in use before the run began. */
  readonly peakHeapMb: number;
  readonly baseHeapMb: number;
  /** Warnings of Node, such as one of a leak. */
  readonly warnings: readonly string[];
}
