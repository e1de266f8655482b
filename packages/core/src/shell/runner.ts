import { BudgetError, OrchestrationError } from "../errors.js";
import type { InvariantWatch } from "../invariants/check-invariants.js";
import { admits, hasEnded } from "../run/admits.js";
import { BudgetGate } from "../run/budget-gate.js";
import { decide } from "../run/decide.js";
import type { RoutingPolicy } from "../run/decide-routing.js";
import type { Policy } from "../run/decide-task.js";
import type { Fact, RunEvent } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { initialState, type RunState } from "../run/state.js";

/** What a runner needs of its surroundings. */
export interface RunnerOptions {
  readonly runId: string;
  /** Makes a batch durable: at once, or later. */
  readonly append: (events: readonly RunEvent[], expectedSeq: number) => undefined | Promise<void>;
  readonly policy: Policy;
  readonly routing: RoutingPolicy | undefined;
  readonly now: () => number;
  /** Takes secrets out of what is recorded. */
  readonly redact: (<Value>(value: Value) => Value) | undefined;
  /** Judges every event before it is recorded; what breaks an invariant stops the run. */
  readonly watch: InvariantWatch | undefined;
  /** Does what a batch of events licenses. Must not throw. */
  readonly perform: (events: readonly RunEvent[]) => void;
  /** Hears what was recorded. Must not throw. */
  readonly tell: (events: readonly RunEvent[]) => void;
  /** Called when there is nothing left to record for now, or the runner has stopped for good. */
  readonly onRest: () => void;
  /** Called when the runner stops for good: what is under way must stop too. */
  readonly onBreak: () => void;
}

/** What somebody outside asks of the run: the facts that follow from the state it is in when its turn comes. */
type Ask = (state: RunState) => readonly Fact[];

/** Told when something is durable, or why it has no place. */
interface Settler {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// Never added to: the first fact brings a list of its own.
const NONE: Fact[] = [];

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
  /** Facts from outside that wait to be recorded. */
  #inbox: Fact[] = NONE;
  /** Questions from outside; each is answered by the state it finds. */
  readonly #asked: { readonly ask: Ask; readonly settler: Settler }[] = [];
  /** Who waits for which fact to be durable. */
  readonly #settlers = new Map<Fact, Settler>();
  #stepping = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether nothing is waiting to be recorded. */
  get resting(): boolean {
    return !this.#stepping && this.#inbox.length === 0 && this.#asked.length === 0;
  }

  /** Goes on from where a log ends. */
  recover(log: readonly RunEvent[], state: RunState): void {
    for (const event of log) {
      this.log.push(event);
      this.#options.watch?.hear(event);
    }
    this.state = state;
  }

  /** Takes the first facts, and records them a turn later: whoever awaits the run may subscribe before. */
  begin(facts: readonly Fact[]): void {
    this.#inbox = [...facts];
    queueMicrotask(() => queueMicrotask(() => this.#step()));
  }

  /** Stops for good: nothing may be recorded any more. */
  stop(cause: unknown): void {
    if (this.broken === undefined) this.#break(cause);
  }

  /** Records a fact from outside, unless its place is gone by then. */
  record(fact: Fact): void {
    if (this.#inbox.length === 0) this.#inbox = [fact];
    else this.#inbox.push(fact);
    this.#step();
  }

  /** Records a fact from outside; resolves once it is durable, rejects when it has no place. */
  recordDurably(fact: Fact): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settlers.set(fact, { resolve, reject });
      this.record(fact);
    });
  }

  /** Records what follows from the state; resolves once it is durable, rejects when it has no place. */
  ask(ask: Ask): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ ask, settler: { resolve, reject } });
      this.#step();
    });
  }

  #step(): void {
    if (this.#stepping) return; // asked for more from inside: the loop below comes round to it
    if (this.broken !== undefined) {
      this.#refuseAll(this.broken.cause);
      return;
    }
    this.#stepping = true;
    // One reading for all that is recorded without waiting.
    const at = this.#options.now();
    try {
      for (let facts = this.#next(); facts !== undefined; facts = this.#next()) {
        const events = this.#stamp(facts, at);
        if (this.#options.watch !== undefined) this.#judge(events, this.#options.watch);
        const durable = this.#options.append(events, this.state.seq);
        if (durable !== undefined) {
          void this.#whenDurable(durable, facts, events);
          return;
        }
        this.#commit(facts, events);
      }
      this.#stepping = false;
    } catch (error) {
      this.#break(error);
    }
    this.#options.onRest();
  }

  async #whenDurable(
    durable: Promise<void>,
    facts: readonly Fact[],
    events: readonly RunEvent[],
  ): Promise<void> {
    try {
      await durable;
      if (this.broken !== undefined) return;
      this.#commit(facts, events);
      this.#stepping = false;
    } catch (error) {
      this.stop(error);
    }
    this.#step();
  }

  /** What came in from outside, else what the state now calls for. */
  #next(): readonly Fact[] | undefined {
    while (this.#inbox.length > 0) {
      const facts = this.#inbox;
      this.#inbox = NONE;
      const gate = this.#gate();
      const admitted =
        gate === undefined && this.#allAdmitted(facts)
          ? facts
          : facts.filter((fact) => this.#admit(fact, gate));
      if (admitted.length > 0) return admitted;
    }
    for (let asked = this.#asked.shift(); asked !== undefined; asked = this.#asked.shift()) {
      const facts = this.#answer(asked.ask, asked.settler);
      if (facts.length > 0) return facts;
    }
    const { policy, routing } = this.#options;
    const decided = decide(this.state, policy, routing);
    return decided.length === 0 ? undefined : decided;
  }

  #allAdmitted(facts: readonly Fact[]): boolean {
    for (const fact of facts) if (!admits(this.state, fact)) return false;
    return true;
  }

  /** What lets calls pass, if the run has a budget. */
  #gate(): BudgetGate | undefined {
    const { budget } = this.state;
    return budget === null ? undefined : new BudgetGate(this.state, budget);
  }

  #admit(fact: Fact, gate: BudgetGate | undefined): boolean {
    const isWanted = admits(this.state, fact);
    const denial = isWanted && fact.type === "call.sent" ? gate?.deny(fact) : undefined;
    if (isWanted && denial === undefined) return true;
    this.#settler(fact)?.reject(
      denial === undefined ? this.#tooLate() : new BudgetError(denial.scope, denial.message),
    );
    return false;
  }

  #answer(ask: Ask, settler: Settler): readonly Fact[] {
    try {
      const facts = ask(this.state);
      if (!this.#allAdmitted(facts)) throw this.#tooLate();
      const last = facts[facts.length - 1];
      if (last === undefined) settler.resolve();
      else this.#settlers.set(last, settler);
      return facts;
    } catch (error) {
      settler.reject(error);
      return [];
    }
  }

  #tooLate(): OrchestrationError {
    const { runId } = this.#options;
    const standing = hasEnded(this.state) ? `has ended (${this.state.status})` : "has gone on meanwhile";
    return new OrchestrationError(
      "RUN_ENDED",
      `Run "${runId}" ${standing}: nothing more can be asked of it here.`,
    );
  }

  /** Puts the envelope on facts; they were made for this, and nobody else holds them. */
  #stamp(facts: readonly Fact[], at: number): readonly RunEvent[] {
    const { runId, redact } = this.#options;
    let { seq } = this.state;
    const events = (redact === undefined ? facts : facts.map(redact)) as Mutable<RunEvent>[];
    for (const event of events) {
      event.runId = runId;
      event.seq = seq++;
      event.at = at;
    }
    return events;
  }

  #judge(events: readonly RunEvent[], watch: InvariantWatch): void {
    for (const event of events) watch.hear(event);
    const [found] = watch.violations;
    if (found === undefined) return;
    throw new OrchestrationError(
      "INVARIANT_BROKEN",
      `Run "${this.#options.runId}" was about to break invariant ${found.invariant}, and stopped before: ` +
        `${found.message} Nothing of it was recorded. Please report this, with the log.`,
    );
  }

  #commit(facts: readonly Fact[], events: readonly RunEvent[]): void {
    for (const event of events) {
      this.log.push(event);
      this.state = evolve(this.state, event);
    }
    if (this.#settlers.size > 0) for (const fact of facts) this.#settler(fact)?.resolve();
    this.#options.perform(events);
    this.#options.tell(events);
  }

  #settler(fact: Fact): Settler | undefined {
    const settler = this.#settlers.get(fact);
    this.#settlers.delete(fact);
    return settler;
  }

  /** Stops for good. Nothing is recorded or begun any more; what was recorded stays as it is. */
  #break(cause: unknown): void {
    this.broken = { cause };
    this.#stepping = false;
    this.#refuseAll(cause);
    this.#options.onBreak();
    this.#options.onRest();
  }

  #refuseAll(cause: unknown): void {
    this.#inbox = NONE;
    for (const { reject } of this.#settlers.values()) reject(cause);
    this.#settlers.clear();
    for (const { settler } of this.#asked.splice(0)) settler.reject(cause);
  }
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
