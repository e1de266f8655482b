import { DeclarationError } from "@terrace/core";

/** How requests that may wait are put into batches. Times are in milliseconds. */
export interface BatchSettings {
  /** How long a batch waits for one more request; ten times that in all. @default 2_000 */
  readonly lingerMs?: number;
  /** @default 100_000, which is the most the API takes */
  readonly maxRequests?: number;
  /** Of the body of a batch. @default 256 MB, which is the most the API takes */
  readonly maxBytes?: number;
  /** Whether a request that is alone is put into a batch too, rather than sent at once at the whole price. @default false */
  readonly single?: boolean;
  /** How long a batch is left alone before it is looked at; each time half as long again. @default 5_000 */
  readonly pollMs?: number;
  /** The longest that it is left alone. @default 300_000 */
  readonly maxPollMs?: number;
  /**
   * How long after a process died a batch that it was creating may come to light. Until then nobody can know that there
   * is none. @default 60_000
   */
  readonly appearMs?: number;
}

/** The largest batch. @see Anthropic's page on batch processing, read 2026-11-21 */
const LARGEST = { requests: 100_000, bytes: 256 * 1024 * 1024 };

/**
 * The settings with their defaults.
 *
 * @throws DeclarationError when one is not what it should be.
 */
export function completeSettings(settings: BatchSettings = {}): Required<BatchSettings> {
  const complete = {
    lingerMs: 2_000,
    maxRequests: LARGEST.requests,
    maxBytes: LARGEST.bytes,
    single: false,
    pollMs: 5_000,
    maxPollMs: 300_000,
    appearMs: 60_000,
    ...settings,
  };
  const issues = checkSettings(complete);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  return complete;
}

/** What is wrong with settings, each in a line. */
function checkSettings({ single, ...numbers }: Required<BatchSettings>): readonly string[] {
  const most: Readonly<Record<string, number>> = {
    maxRequests: LARGEST.requests,
    maxBytes: LARGEST.bytes,
  };
  return Object.entries(numbers).flatMap(([name, value]) => {
    const max = most[name] ?? Number.MAX_SAFE_INTEGER;
    if (value > 0 && value <= max) return [];
    const upTo = max === Number.MAX_SAFE_INTEGER ? "" : ` and up to ${max}`;
    return [`Expected \`batches.${name}\` to be a number above 0${upTo}, got \`${value}\`.`];
  });
}
