import type { Check, Environment, EventType, OrchestratorOptions, Run, RunEvent } from "@terrace/core";
import { z } from "zod";
import { agentsPort } from "./agents-port.js";
import { flawsOf } from "./answers.js";
import type { Disk } from "./disk.js";
import type { Faults } from "./faults.js";
import { PLENTY } from "./growth.js";
import type { Judge } from "./judge.js";
import type { Provider } from "./provider.js";
import type { Random } from "./random.js";
import type { Host, Note, Scheduler } from "./scheduler.js";
import { SIMULATED, storePort } from "./store-port.js";
import type { World } from "./world.js";

/** As much of the product as is needed: the real one, or one with a bug planted in it. */
export type Core = Pick<typeof import("@terrace/core"), "createOrchestrator">;

/** What all processes of a simulation share. */
export interface Surroundings {
  readonly core: Core;
  readonly world: World;
  readonly scheduler: Scheduler;
  readonly disk: Disk;
  readonly provider: Provider;
  readonly judge: Judge;
  readonly faults: Faults;
  readonly random: Random;
  /** Has somebody else take over from a process that cannot know of it yet. */
  readonly overtake: (seat: Seat) => void;
  /** Whether the world's listeners listen. */
  readonly listens: boolean;
  readonly note: Note | undefined;
}

/** How it stands with a process that was asked to drive a run. */
export type Standing = "starting" | "driving" | "paused" | "interrupted" | "stopped" | "refused" | "ended";

/** Why what is asked of a run may be refused. */
const REFUSALS = ["RUN_ENDED", "RUN_STOPPED", "TASK_NOT_FLAGGED", "ALREADY_DECIDED", "RUN_PAUSED"];

/** Why a process may have to stop: somebody else drives the run, or has driven it meanwhile. */
const CAUSES = ["LEASE_LOST", "RUN_LOCKED", "RUN_UNKNOWN", "LOG_CONFLICT"];

/** A process with one run to drive: all that dies with it. */
export class Seat implements Host {
  readonly name: string;
  alive = true;
  asleep = false;
  standing: Standing = "starting";
  run: Run | undefined;
  /** How many timers the product has set and not taken back. */
  timers = 0;
  readonly #around: Surroundings;
  #calls = 0;

  constructor(name: string, around: Surroundings) {
    this.name = name;
    this.#around = around;
  }

  submit(runId: string, reuse: string | undefined): void {
    const { core, world } = this.#around;
    const orchestrator = core.createOrchestrator(this.#options(runId));
    const work = world.asksPlanner ? "anything" : world.plan;
    this.#take(orchestrator.submit(work, reuse === undefined ? {} : { reuse }));
  }

  /** @param parked Whether a person has looked at why its processes died one after the other. */
  resume(runId: string, parked: boolean): void {
    const orchestrator = this.#around.core.createOrchestrator(this.#options(runId));
    orchestrator.resume(runId, parked ? { parked } : {}).then(
      (run) => this.#take(run),
      (error: unknown) => {
        this.#around.note?.(`${this.name} may not resume: ${String(error).slice(0, 120)}`);
        this.standing = "refused";
        this.expect(error, ["RUN_LOCKED", "RUN_UNKNOWN", "LEASE_LOST"]);
      },
    );
  }

  /** Asks something of the run; what is refused must be refused for a reason that is known. */
  ask(asking: Promise<void>): void {
    asking.catch((error: unknown) => this.expect(error, [...REFUSALS, ...CAUSES]));
  }

  /** Watches for the run to come to rest. */
  watch(): void {
    const { run } = this;
    if (run === undefined) return;
    this.standing = "driving";
    run.result().then(
      () => {
        this.standing = "ended";
      },
      (error: unknown) => this.#rest(run, error),
    );
  }

  expect(error: unknown, codes: readonly string[]): void {
    const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
    if (message?.startsWith(SIMULATED) === true) return;
    if (code === undefined || !codes.includes(code)) {
      this.#around.judge.found("ERROR", `${this.name}: ${code ?? "no code"}: ${message ?? String(error)}`);
    } else if (cause !== undefined) this.expect(cause, CAUSES);
  }

  #rest(run: Run, error: unknown): void {
    this.#around.note?.(`${this.name} rests: ${String(error).slice(0, 160)}`);
    const { code } = error as { code?: string };
    if (code === "RUN_PAUSED") {
      this.standing = String(error).includes("orchestrator.resume") ? "interrupted" : "paused";
    } else if (code === "RUN_STOPPED") this.standing = "stopped";
    else this.standing = "ended";
    const ends = ["RUN_PAUSED", "RUN_STOPPED", "RUN_CANCELLED", "RUN_FAILED", "PLANNING_FAILED"];
    this.expect(error, ends);
    if (code === "RUN_PAUSED" && run.state.status !== "paused") this.watch();
  }

  #take(run: Run): void {
    this.run = run as unknown as Run;
    listen(this.#around, this, this.run);
    this.watch();
  }

  #options(runId: string): OrchestratorOptions {
    const { world, disk, scheduler, faults, random, judge, provider } = this.#around;
    const roles = Object.keys(world.team.executors);
    const { share, ...limits } = world.growth;
    const check = world.checks === "none" ? undefined : this.#check();
    return {
      team: world.team,
      agents: agentsPort({ host: this, world, provider, faults, judge }),
      store: storePort({
        ...{ host: this, disk, scheduler, faults, random, haste: world.storeHaste },
        overtake: () => this.#around.overtake(this),
        onHarm: () => {
          judge.shiftOf(this).harmed = true;
        },
      }),
      env: this.#environment(runId),
      owner: this.name,
      concurrency: world.concurrency,
      tierConcurrency: world.tierConcurrency,
      checkConcurrency: world.checkConcurrency,
      limits: {
        ...limits,
        maxRetries: world.maxRetries,
        maxRepairs: world.maxRepairs,
        maxTopTierShare: 1,
      },
      ...(share === null ? {} : { budget: { hardUsd: PLENTY / 1e6 } }),
      leaseMs: world.leaseMs,
      graceMs: world.graceMs,
      secrets: world.secret === undefined ? [] : [world.secret],
      onListenerError: () => {},
      ...(check === undefined ? {} : { checks: Object.fromEntries(roles.map((role) => [role, [check]])) }),
      ...(world.forms ? { outputs: { worker: FORM } } : {}),
    };
  }

  #environment(runId: string): Environment {
    const { scheduler, random } = this.#around;
    return {
      now: () => scheduler.now,
      monotonic: () => scheduler.monotonic,
      after: (ms, action) => this.#after(ms, action),
      random: () => random.next(),
      id: (kind) => {
        if (kind === "run") return runId;
        this.#calls += 1;
        return `${kind}_${this.name}_${this.#calls}`;
      },
    };
  }

  #after(ms: number, action: () => void): () => void {
    if (!this.alive) return () => {};
    let isSet = true;
    this.timers += 1;
    const unset = (): void => {
      if (isSet) this.timers -= 1;
      isSet = false;
    };
    const stop = this.#around.scheduler.after(this, ms, () => {
      unset();
      action();
    });
    return () => {
      unset();
      stop();
    };
  }

  #check(): Check {
    const { world, scheduler, judge } = this.#around;
    return {
      name: "flaws",
      run: (output, { task, attempt }) => {
        if (world.checks === "at once") return flawsOf(output);
        const name = `${task.id} ${attempt}`;
        judge.checkBegun(this, name);
        return new Promise((resolve, reject) => {
          if (!this.alive) return;
          scheduler.later(this, `check of ${name}`, () => {
            judge.checkSettled(this, name);
            try {
              resolve(flawsOf(output));
            } catch (error) {
              reject(error);
            }
          });
        });
      },
    };
  }
}

/** The form that is expected of workers, where a form is expected. */
const FORM = z.union([
  z.string().regex(/^(?!formless)/),
  z.object({ text: z.string(), words: z.array(z.number()) }),
]);

const HEARD: readonly EventType[] = [
  "run.submitted",
  "attempt.started",
  "call.sent",
  "review.returned",
  "task.accepted",
  "task.flagged",
  "run.paused",
  "run.completed",
];

/** Lets the world's listeners listen, as badly as they do. */
function listen({ world, listens, disk, judge }: Surroundings, seat: Seat, run: Run): void {
  if (world.cancelsInside) run.on("task.escalated", () => seat.ask(run.cancel("From inside.")));
  if (!listens || world.manners === "none") return;
  run.on("call.sent", ({ seq }) => {
    const durable = disk.linesOf(run.id).length;
    if (seat.alive && seq >= durable)
      judge.found("I-02", `event ${seq} is told of, and ${durable} are durable.`);
  });
  const behaviour: Record<Exclude<World["manners"], "none">, (event: RunEvent) => unknown> = {
    throw: () => {
      throw new Error("rude");
    },
    reject: () => Promise.reject(new Error("rude, later")),
    dawdle: () => new Promise(() => {}),
    meddle: () => {
      run.resolve("nowhere", { action: "accept" }).catch(() => {});
      run.on("run.paused", () => {});
    },
  };
  for (const type of HEARD) run.on(type, behaviour[world.manners]);
}
