import type { EventType, RunEvent } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { initialState } from "../run/state.js";
import { watchAcceptance } from "./acceptance.js";
import { watchBounds } from "./bounds.js";
import { costOf, watchCalls } from "./calls.js";
import { watchEscalation } from "./escalation.js";
import { watchGrowth } from "./growth.js";
import { watchMoney } from "./money.js";
import { watchOrder } from "./order.js";
import { watchTools } from "./tools.js";
import type { InvariantOptions, MakeWatch, Watch } from "./watch.js";

/** What in a log breaks an invariant. */
export interface Violation {
  /** Its number in docs/invariants.md, such as `I-04`. */
  readonly invariant: string;
  /** The event that breaks it; after the last one, how many there are. */
  readonly seq: number;
  readonly message: string;
}

/** Hears one event more; what it breaks is added to the violations. */
export interface InvariantWatch {
  hear(event: RunEvent): void;
  /** What was broken so far. */
  readonly violations: readonly Violation[];
}

/**
 * What in a log breaks an invariant that holds for every run; nothing is an empty list.
 *
 * docs/invariants.md says what each of them demands.
 */
export function checkInvariants(
  log: readonly RunEvent[],
  options: InvariantOptions = {},
): readonly Violation[] {
  const watch = new LogWatch(options);
  for (const event of log) watch.hear(event);
  watch.end();
  return [...watch.violations, ...checkFold(log)];
}

/** Watches a log while it grows: as cheap for each event as the event itself. */
export function watchInvariants(options: InvariantOptions = {}): InvariantWatch {
  return new LogWatch(options);
}

const WATCHES: readonly MakeWatch[] = [
  watchCalls,
  watchTools,
  watchMoney,
  watchAcceptance,
  watchEscalation,
  watchBounds,
  watchGrowth,
];

type Hears = (event: RunEvent) => void;

class LogWatch implements InvariantWatch {
  readonly violations: Violation[] = [];
  readonly #watches: readonly Watch[];
  /** Who hears events of a type. */
  readonly #hearers = new Map<EventType, readonly Hears[]>();
  readonly #hearOrder: Hears;
  #event: RunEvent | undefined;

  constructor(options: InvariantOptions) {
    const report = (invariant: string, message: string): void => {
      const { seq = -1, type = "run.submitted" } = this.#event ?? {};
      this.violations.push({ invariant, seq, message: `Event ${seq} (${type}): ${message}` });
    };
    this.#watches = WATCHES.map((make) => make(report, options));
    this.#hearOrder = watchOrder(report);
  }

  hear(event: RunEvent): void {
    this.#event = event;
    this.#hearOrder(event);
    for (const hears of this.#hearersOf(event.type)) hears(event);
  }

  end(): void {
    for (const { atEnd } of this.#watches) atEnd?.();
  }

  #hearersOf(type: EventType): readonly Hears[] {
    const known = this.#hearers.get(type);
    if (known !== undefined) return known;
    const hearers = this.#watches.flatMap(({ hears }) => (hears[type] as Hears | undefined) ?? []);
    this.#hearers.set(type, hearers);
    return hearers;
  }
}

/** I-07: a log folds. I-23: what it comes to is the sum of its calls. */
function checkFold(log: readonly RunEvent[]): readonly Violation[] {
  const seq = log.length;
  try {
    const { ledger } = log.reduce(evolve, initialState());
    const cost = costOf(log);
    if (ledger.total.microUsd === cost) return [];
    return [
      {
        invariant: "I-23",
        seq,
        message: `The ledger says ${ledger.total.microUsd} micro-dollars, and its calls come to ${cost}.`,
      },
    ];
  } catch (error) {
    const message = `The log does not fold: ${error instanceof Error ? error.message : String(error)}`;
    return [{ invariant: "I-07", seq, message }];
  }
}
