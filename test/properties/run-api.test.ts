// Everything that may be asked of a run, in any order, beside a model of it: status, refusals, requests and money agree.
import {
  checkInvariants,
  createOrchestrator,
  evolve,
  initialState,
  memoryStore,
  OrchestrationError,
  type Orchestrator,
  type Resolution,
  type Run,
  type RunStore,
} from "@terrace/core";
import {
  accept,
  countingIds,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  scriptedAgents,
  settled,
  testTeam,
} from "@terrace/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Action, type Id, type Quality, RunModel } from "./run-model.js";

const plan = planOf({ a: {}, b: { dependsOn: ["a"] }, c: {} }, "b");
const COST = { costMicroUsd: 10, reservedMicroUsd: 100 };
const RESOLUTIONS: { readonly [action in Action]: Resolution } = {
  accept: { action: "accept" },
  answer: { action: "answer", output: "Mine." },
  rerun: { action: "rerun", tier: "opus" },
  give_up: { action: "give_up" },
};

/** One process: it answers nothing but what the test lets it answer, and is dead once it is told to be. */
class Process {
  readonly orchestrator: Orchestrator;
  /** Requests under way, by name, such as `execute a`. */
  readonly pending = new Map<string, (quality: Quality) => void>();
  #isDead = false;

  constructor(inner: RunStore, generation: number, onAsked: () => void) {
    const ids = countingIds();
    const agents = scriptedAgents({
      usage: COST,
      plan: async (request: { signal: AbortSignal }) => {
        const quality = await this.#quality("plan", request.signal, onAsked);
        if (quality === "not at all") return fault("transport");
        return quality === "well" ? plan : { tasks: [], answer: "none" };
      },
      execute: async ({ task, attempt, signal }) => {
        const quality = await this.#quality(`execute ${task.id}`, signal, onAsked);
        if (quality === "not at all") return fault("transport");
        return quality === "well" ? ok(`${task.id} ${attempt}`) : fault("invalid_output");
      },
      review: async (request) => {
        const quality = await this.#quality(`review ${request.task.id}`, request.signal, onAsked);
        if (quality === "not at all") return fault("transport");
        return quality === "well" ? accept(request) : reject("No.")(request);
      },
    });
    this.orchestrator = createOrchestrator({
      agents,
      team: testTeam,
      store: this.#view(inner),
      limits: { maxRetries: 0, maxRepairs: 0, maxTopTierShare: 1 },
      owner: `process ${generation}`,
      env: {
        // A lease later than the process before. No lease is renewed, and no grace ends.
        now: () => generation * 31_000,
        monotonic: () => 0,
        after: () => () => {},
        id: (kind) => (kind === "run" ? "run_1" : `${ids.id(kind)}_of_${generation}`),
      },
    });
  }

  kill(): void {
    this.#isDead = true;
    this.pending.clear();
  }

  #quality(name: string, signal: AbortSignal, onAsked: () => void): Promise<Quality> {
    onAsked();
    return new Promise((resolve) => {
      const answer = (quality: Quality): void => {
        this.pending.delete(name);
        resolve(quality);
      };
      this.pending.set(name, answer);
      signal.addEventListener("abort", () => answer("not at all"));
    });
  }

  #view(inner: RunStore): RunStore {
    const alive = (): void => {
      if (this.#isDead) throw new Error("The process was killed.");
    };
    return {
      ...inner,
      append(...asked) {
        alive();
        return inner.append(...asked);
      },
      release: (lease) => (this.#isDead ? undefined : inner.release(lease)),
    };
  }
}

/** The run as it really is. */
class Real {
  readonly store = memoryStore();
  asked = 0;
  process = this.#start(0);
  run: Run;
  #generation = 0;

  constructor(isPlanned: boolean) {
    this.run = this.process.orchestrator.submit(isPlanned ? plan : "Do it all.");
  }

  kill(): void {
    this.process.kill();
    this.#generation += 1;
    this.process = this.#start(this.#generation);
  }

  #start(generation: number): Process {
    return new Process(this.store, generation, () => {
      this.asked += 1;
    });
  }
}

type Command = fc.AsyncCommand<RunModel, Real>;

/** What is asked of a run, what the model says to it, and how the run answers. */
function command(
  name: string,
  act: (model: RunModel, real: Real) => Promise<void>,
  check: (model: RunModel) => boolean = () => true,
): Command {
  return {
    check,
    toString: () => name,
    async run(model, real) {
      await act(model, real);
      await settled();
      await agree(model, real);
    },
  };
}

/** The code of what a promise is rejected with; `undefined` when it is fulfilled. */
async function codeOf(deed: Promise<unknown>): Promise<string | undefined> {
  return deed.then(
    () => undefined,
    (error: unknown) => (OrchestrationError.is(error) ? error.code : String(error)),
  );
}

async function agree(model: RunModel, { store, asked, process, run }: Real): Promise<void> {
  const { state, budget } = run;
  for (const { id } of plan.tasks) if (state.tasks.get(id)?.status === "flagged") model.concede(id as Id);
  expect([state.status, state.status === "paused" ? state.halt?.reason : ""]).toEqual([
    model.status,
    model.status === "paused" ? model.reason : "",
  ]);
  expect([...process.pending.keys()].sort()).toEqual(model.asked);
  expect(Math.round(budget.spentUsd * 1e6)).toBe(model.spent);
  expect(state.ledger.openCalls.size).toBe(model.asked.length);
  const settledOnes = ["accepted", "failed", "skipped", "flagged"];
  for (const [id, task] of state.tasks) {
    const standing = model.standing(id as Id);
    if (settledOnes.includes(task.status) || settledOnes.includes(standing))
      expect(task.status).toBe(standing);
  }
  expect(eventsOf(run.log, "call.sent")).toHaveLength(asked);
  expect(await store.read(run.id)).toEqual(run.log);
}

const commands = [
  ...Array.from({ length: 8 }, () =>
    fc
      .tuple(fc.nat(), fc.constantFrom<Quality>("well", "well", "well", "badly", "badly", "not at all"))
      .map(([which, quality]) =>
        command(
          `answer ${which} ${quality}`,
          async (model, { process }) => {
            const name = model.asked[which % model.asked.length] as string;
            process.pending.get(name)?.(quality);
            model.answer(name, quality);
          },
          (model) => model.asked.length > 0,
        ),
      ),
  ),
  fc.constant(
    command("pause", async (model, { run }) => {
      await run.pause();
      model.pause();
    }),
  ),
  fc.tuple(fc.boolean(), fc.constantFrom(1, 1, 1, 4)).map(([parked, times]) =>
    command(`killed ${times} times, resumed ${parked ? "though parked" : ""}`, async (model, real) => {
      for (let time = 1; time <= times; time += 1) {
        real.kill();
        real.run = await real.process.orchestrator.resume(real.run.id, { parked });
        await settled();
        model.takeOver(parked);
      }
    }),
  ),
  fc.boolean().map((parked) =>
    command(`resumed beside ${parked ? "though parked" : ""}`, async (model, real) => {
      const resumed = real.process.orchestrator.resume(real.run.id, { parked });
      expect(await codeOf(resumed)).toBe(model.isAtRest || model.hasEnded ? undefined : "RUN_LOCKED");
      if (!model.isAtRest) return;
      real.run = await resumed;
      model.takeOver(parked);
    }),
  ),
  fc.constant(
    command("run.resume", async (model, { run }) => {
      expect(await codeOf(run.resume())).toBe(model.resume());
    }),
  ),
  fc.boolean().map((isBroke) =>
    command(`budget ${isBroke ? "of 0" : "without bounds"}`, async (model, { run }) => {
      await run.changeBudget(isBroke ? { hardUsd: 0 } : null);
      model.changeBudget(isBroke);
    }),
  ),
  fc
    .tuple(
      fc.constantFrom<Id>("a", "b", "c"),
      fc.constantFrom<Action>("accept", "answer", "rerun", "give_up"),
    )
    .map(([id, action]) =>
      command(`resolve ${id} ${action}`, async (model, { run }) => {
        expect(await codeOf(run.resolve(id, RESOLUTIONS[action]))).toBe(model.resolve(id, action));
      }),
    ),
  fc.constant(
    command(
      "result",
      async (model, { run }) => {
        expect(await codeOf(run.result())).toBe(model.complaint);
      },
      (model) => model.isAtRest,
    ),
  ),
  // Seldom: little can happen afterwards.
  fc.nat({ max: 9 }).map((chance) =>
    command(
      "cancel",
      async (model, { run }) => {
        await run.cancel("Enough.");
        model.cancel();
      },
      () => chance === 0,
    ),
  ),
];

test("whatever is asked of a run, in whatever order, comes out as the model says", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.commands(commands, { maxCommands: 30, size: "max" }),
      async (isPlanned, asked) => {
        const real = new Real(isPlanned);
        const model = new RunModel(isPlanned);
        await settled();
        await agree(model, real);
        await fc.asyncModelRun(() => ({ model, real }), asked);
        const { run } = real;

        expect(checkInvariants(run.log, { isOver: model.isAtRest })).toEqual([]);
        expect(run.log.reduce(evolve, initialState())).toEqual(run.state);
      },
    ),
    { numRuns: 120 },
  );
});
