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

/** Something that came in from outside: a fact, or a question that the state answers with facts. */
interface Entry {
  readonly content: Fact | Ask;
  /** Told when it is durable, or why it has no place. */
  readonly settle: ((error?: unknown) => void) | undefined;
}

/** What is recorded at once. */
interface Batch {
  readonly facts: readonly Fact[];
  readonly entries: readonly Entry[];
}

const NO_ENTRIES: readonly Entry[] = [];

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
  #inbox: Entry[] = [];
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
    this.#enter({ content: fact, settle: undefined });
  }

  /** Records a fact, or what follows from the state; resolves once it is durable, rejects when it has no place. */
  ask(content: Fact | Ask): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enter({ content, settle: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }

  #enter(entry: Entry): void {
    if (this.broken !== undefined) {
      entry.settle?.(this.broken.cause);
      return;
    }
    this.#inbox.push(entry);
    this.#step();
  }

  #step(): void {
    if (this.#stepping || this.broken !== undefined) return; // asked for more from inside: the loop comes round to it
    this.#stepping = true;
    try {
      for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
        const events = this.#stamp(batch.facts);
        const durable = this.#append(events);
        if (durable !== undefined) {
          void this.#whenDurable(durable, events, batch.entries);
          return;
        }
        this.#commit(events, batch.entries);
      }
      this.#stepping = false;
    } catch (error) {
      this.#break(error, NO_ENTRIES);
    }
    this.#options.onRest();
  }

  async #whenDurable(durable: Promise<void>, events: readonly RunEvent[], entries: readonly Entry[]): Promise<void> {
    try {
      await durable;
      this.#commit(events, entries);
      this.#stepping = false;
    } catch (error) {
      this.#break(error, entries);
    }
    this.#step();
  }

  /** What came in from outside, else what the state now calls for. */
  #next(): Batch | undefined {
    while (this.#inbox.length > 0) {
      const batch = this.#admit(this.#take());
      if (batch.entries.length > 0) return batch;
    }
    const facts = decide(this.state, this.#options.policy);
    return facts.length === 0 ? undefined : { facts, entries: NO_ENTRIES };
  }

  /** Facts may share a batch; a question is answered alone, by the state it finds. */
  #take(): readonly Entry[] {
    const inbox = this.#inbox;
    let end = 0;
    while (end < inbox.length && typeof inbox[end]?.content !== "function") end += 1;
    if (end === inbox.length) {
      this.#inbox = [];
      return inbox;
    }
    return inbox.splice(0, Math.max(end, 1));
  }

  #admit(entries: readonly Entry[]): Batch {
    const facts: Fact[] = [];
    const admitted = entries.filter((entry) => {
      const refused = this.#collect(entry.content, facts);
      if (refused !== undefined) entry.settle?.(refused);
      return refused === undefined;
    });
    return { facts, entries: admitted };
  }

  /** Adds what an entry comes to; returns why it has no place, if it has none. */
  #collect(content: Fact | Ask, facts: Fact[]): unknown {
    if (typeof content !== "function") {
      if (!admits(this.state, content)) return this.#tooLate();
      facts.push(content);
      return undefined;
    }
    try {
      const asked = content(this.state);
      if (!asked.every((fact) => admits(this.state, fact))) return this.#tooLate();
      facts.push(...asked);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #tooLate(): OrchestrationError {
    const { runId } = this.#options;
    const standing = hasEnded(this.state) ? `has ended (${this.state.status})` : "has gone on meanwhile";
    return new OrchestrationError("RUN_ENDED", `Run "${runId}" ${standing}: nothing more can be asked of it here.`);
  }

  /** Puts the envelope on facts; they were made for this, and nobody else holds them. */
  #stamp(facts: readonly Fact[]): readonly RunEvent[] {
    const { runId, redact } = this.#options;
    const at = this.#options.now();
    let { seq } = this.state;
    const clean = redact === undefined ? facts : facts.map((fact) => redact(fact));
    for (const fact of clean as Mutable<RunEvent>[]) {
      fact.runId = runId;
      fact.seq = seq++;
      fact.at = at;
    }
    return clean as readonly RunEvent[];
  }

  #append(events: readonly RunEvent[]): undefined | Promise<void> {
    const { store, runId } = this.#options;
    return events.length === 0 ? undefined : store.append(runId, events, this.state.seq);
  }

  #commit(events: readonly RunEvent[], entries: readonly Entry[]): void {
    for (const event of events) {
      this.log.push(event);
      this.state = evolve(this.state, event);
    }
    for (const entry of entries) entry.settle?.();
    for (const event of events) this.#options.perform(event);
    this.#options.tell(events);
  }

  /** Stops for good. Nothing is recorded or begun any more; what was recorded stays as it is. */
  #break(cause: unknown, entries: readonly Entry[]): void {
    this.broken = { cause };
    this.#stepping = false;
    for (const entry of [...entries, ...this.#inbox.splice(0)]) entry.settle?.(cause);
    this.#options.onRest();
  }
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
