import { OrchestrationError } from "../errors.js";
import type { RunStore } from "../ports/run-store.js";
import { admits, hasEnded } from "../run/admits.js";
import { decide } from "../run/decide.js";
import type { Policy } from "../run/decide-task.js";
import type { Fact, RunEvent } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { initialState, type RunState } from "../run/state.js";

/** What a runner needs of its surroundings. */
export interface RunnerOptions {
  readonly runId: string;
  readonly store: RunStore;
  readonly policy: Policy;
  readonly now: () => number;
  /** Takes secrets out of what is recorded. */
  readonly redact: (<Value>(value: Value) => Value) | undefined;
  /** Does what an event licenses. Must not throw. */
  readonly perform: (event: RunEvent) => void;
  /** Hears what was recorded. Must not throw. */
  readonly tell: (events: readonly RunEvent[]) => void;
  /** Called when there is nothing left to record for now, or the runner has stopped for good. */
  readonly onRest: () => void;
}

/** What somebody outside asks of the run: the facts that follow from the state it is in when its turn comes. */
type Ask = (state: RunState) => readonly Fact[];

interface Entry {
  readonly ask: Ask;
  /** Whether the entry is a plain fact, which may share a batch with others. */
  readonly plain: boolean;
  readonly done: (error?: unknown) => void;
}

const ignore = (): void => {};

/**
 * The loop of a run: record, fold, perform, tell; then ask what to do next.
 *
 * Deals with: the order of things, and stopping for good when a batch cannot be recorded. Does not deal with:
 * what should happen (`decide`), what it means (`evolve`), or how it is done (`perform`).
 */
export class Runner {
  state: RunState = initialState();
  /** Everything recorded, in order. */
  readonly log: RunEvent[] = [];
  /** Why the loop stopped for good, if it did. */
  broken: { readonly cause: unknown } | undefined;
  readonly #options: RunnerOptions;
  readonly #inbox: Entry[] = [];
  #stepping = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether nothing is waiting to be recorded. */
  get resting(): boolean {
    return !this.#stepping && this.#inbox.length === 0;
  }

  /** Records a fact from outside, unless its place is gone by then. */
  record(fact: Fact): void {
    this.#enter({ ask: () => [fact], plain: true, done: ignore });
  }

  /** Records what follows from the state; resolves once it is durable, rejects when it has no place. */
  ask(ask: Ask): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enter({ ask, plain: false, done: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }

  #enter(entry: Entry): void {
    if (this.broken !== undefined) {
      entry.done(this.broken.cause);
      return;
    }
    this.#inbox.push(entry);
    this.#step();
  }

  #step(): void {
    if (this.#stepping || this.broken !== undefined) return; // asked for more from inside: the loop comes round to it
    this.#stepping = true;
    try {
      for (;;) {
        const { facts, entries } = this.#next();
        if (facts.length === 0 && entries.length === 0) break;
        const events = this.#stamp(facts);
        const { store, runId } = this.#options;
        const durable = events.length === 0 ? undefined : store.append(runId, events, this.state.seq);
        if (durable !== undefined) {
          durable.then(() => this.#goOn(events, entries), (error: unknown) => this.#break(error, entries));
          return;
        }
        this.#commit(events, entries);
      }
      this.#stepping = false;
    } catch (error) {
      this.#break(error, []);
    }
    this.#options.onRest();
  }

  #goOn(events: readonly RunEvent[], entries: readonly Entry[]): void {
    try {
      this.#commit(events, entries);
      this.#stepping = false;
    } catch (error) {
      this.#break(error, []);
    }
    this.#step();
  }

  /** What came in from outside, else what the state now calls for. */
  #next(): { facts: readonly Fact[]; entries: readonly Entry[] } {
    while (this.#inbox.length > 0) {
      const plain = this.#inbox.findIndex((entry) => !entry.plain);
      const entries = this.#inbox.splice(0, plain === -1 ? this.#inbox.length : Math.max(plain, 1));
      const facts: Fact[] = [];
      const taken = entries.filter((entry) => this.#admit(entry, facts));
      if (taken.length > 0) return { facts, entries: taken };
    }
    return { facts: decide(this.state, this.#options.policy), entries: [] };
  }

  #admit(entry: Entry, facts: Fact[]): boolean {
    try {
      const asked = entry.ask(this.state);
      if (!asked.every((fact) => admits(this.state, fact))) throw this.#tooLate();
      facts.push(...asked);
      return true;
    } catch (error) {
      entry.done(error);
      return false;
    }
  }

  #tooLate(): OrchestrationError {
    const { runId } = this.#options;
    const standing = hasEnded(this.state) ? `has ended (${this.state.status})` : "has gone on meanwhile";
    return new OrchestrationError("RUN_ENDED", `Run "${runId}" ${standing}: nothing more can be asked of it here.`);
  }

  #stamp(facts: readonly Fact[]): readonly RunEvent[] {
    const { runId, redact } = this.#options;
    const at = this.#options.now();
    let seq = this.state.seq;
    return facts.map((fact) => ({ ...(redact === undefined ? fact : redact(fact)), runId, seq: seq++, at }));
  }

  #commit(events: readonly RunEvent[], entries: readonly Entry[]): void {
    for (const event of events) {
      this.log.push(event);
      this.state = evolve(this.state, event);
    }
    for (const entry of entries) entry.done();
    for (const event of events) this.#options.perform(event);
    this.#options.tell(events);
  }

  /** Stops for good. Nothing is recorded or begun any more; what was recorded stays as it is. */
  #break(cause: unknown, entries: readonly Entry[]): void {
    this.broken = { cause };
    this.#stepping = false;
    for (const entry of [...entries, ...this.#inbox.splice(0)]) entry.done(cause);
    this.#options.onRest();
  }
}
