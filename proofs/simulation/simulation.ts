import { settlementOf } from "./answers.js";
import { Disk } from "./disk.js";
import { type Counts, Faults } from "./faults.js";
import { judgeIdleness } from "./idleness.js";
import { Judge, type Violation } from "./judge.js";
import { Mishaps } from "./mishaps.js";
import { Provider } from "./provider.js";
import { Random } from "./random.js";
import { drained, type Note, OUTSIDE, Scheduler } from "./scheduler.js";
import { type Core, Seat, type Surroundings } from "./seat.js";
import { type Finding, findingOf, judgeEnd } from "./verdict.js";
import { drawWorld, type World } from "./world.js";

/** How a simulation is to be run. */
export interface SimulationOptions {
  readonly core: Core;
  readonly seed: number;
  /** Whether nothing goes wrong outside of what the world answers: then only order and time are drawn. */
  readonly calm?: boolean;
  /** Whether the world's listeners listen. @default true */
  readonly listens?: boolean;
  /** Whether idleness and the end are judged, and not only told. @default true */
  readonly isJudged?: boolean;
  readonly counts: Counts;
  /** Hears every pick and every event, in a line. */
  readonly note?: Note | undefined;
}

/** What came of a simulation. */
export interface Simulated extends Finding {
  readonly world: World;
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly processes: number;
}

/** The run that is judged, and the one before whose answers it may reuse. */
const RUN = "run_1";
const BEFORE = "run_0";

/** After the faults have stopped, everything must have come to its end within so many picks. */
const MOST_STEPS_AFTER_FAULTS = 4_000;
const MOST_PROCESSES = 60;
const MOST_PROCESSES_WITH_FAULTS = 8;

/** Runs one seed to its end and judges it. */
export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const simulation = new Simulation(options);
  if (simulation.world.reuses && options.calm !== true) await simulation.pursue(BEFORE);
  await simulation.pursue(RUN);
  return simulation.end();
}

class Simulation {
  readonly world: World;
  readonly #around: Surroundings;
  readonly #mishaps: Mishaps;
  readonly #random: Random;
  readonly #seats: Seat[] = [];
  readonly #isJudged: boolean;
  #steps = 0;
  #runId = BEFORE;
  /** Whether somebody who was refused waits before they ask again. */
  #patience = false;

  constructor({
    core,
    seed,
    calm = false,
    listens = true,
    isJudged = true,
    counts,
    note,
  }: SimulationOptions) {
    this.#isJudged = isJudged;
    const random = new Random(seed);
    const drawn = drawWorld(seed, random);
    this.world = calm ? calmed(drawn) : drawn;
    this.#random = random;
    const faults = new Faults(random, counts);
    faults.on = !calm;
    const scheduler = new Scheduler(random, faults, note);
    const judge = new Judge(this.world, scheduler, note);
    const disk = new Disk(judge);
    judge.watch(disk);
    const provider = new Provider({
      ...{ seed, scheduler, faults, random, slowness: this.world.slowness },
      unpriced: this.world.unpriced ? this.world.team.ladder[0] : undefined,
      onRequest: (request, leaving) => judge.requested(request, leaving),
    });
    const { world } = this;
    const overtake = (seat: Seat): void => this.#mishaps.overtake(seat, () => this.#resume(this.#runId));
    const parts = { scheduler, disk, provider, judge, faults, random };
    this.#around = { core, world, ...parts, overtake, listens, note };
    this.#mishaps = new Mishaps(this.#around, this.#seats);
  }

  /** Sees a run through, whatever happens, until nothing moves any more. */
  async pursue(runId: string): Promise<void> {
    const { faults, judge, scheduler, note } = this.#around;
    this.#runId = runId;
    const calmAfter = this.#steps + this.#random.between(20, 300);
    const wasOn = faults.on;
    for (; this.#steps < calmAfter + MOST_STEPS_AFTER_FAULTS; this.#steps += 1) {
      await drained();
      if (this.#steps === calmAfter) {
        note?.("the faults stop");
        faults.on = false;
      }
      if (this.#isJudged) this.#judgeMoment(runId);
      if (judge.violations.length > 0) break;
      this.#mishaps.happen(runId, () => this.#resume(runId));
      this.#tend(runId);
      if (scheduler.step()) continue;
      await drained();
      if (this.#isDone(runId) && !this.#hasOpenCalls(runId)) {
        // What was asked for last may only have begun.
        if (scheduler.step()) continue;
        break;
      }
      if (!this.#tend(runId) && !this.#takeStock(runId) && !scheduler.step()) {
        judge.found("I-28", `nothing moves, and ${runId} is ${judge.bookOf(runId).state.status}.`);
        break;
      }
    }
    faults.on = wasOn;
    if (!this.#isDone(runId) && judge.violations.length === 0) {
      const { state } = judge.bookOf(runId);
      judge.found("I-28", `${runId} is still ${state.status} after ${this.#steps} picks.`);
    }
  }

  end(): Simulated {
    const { judge } = this.#around;
    if (this.#isJudged && judge.violations.length === 0) judgeEnd(this.#around, this.#seats, RUN);
    const finding = findingOf(this.#around, RUN);
    const { world } = this;
    const processes = this.#seats.length;
    return { ...finding, world, violations: judge.violations, steps: this.#steps, processes };
  }

  #judgeMoment(runId: string): void {
    const { judge, disk, scheduler } = this.#around;
    for (const seat of this.#seats) {
      // What comes late of an agent that does not listen is recorded all the same, under a lease of its own.
      if (seat.alive && seat.standing === "ended" && seat.timers > 0 && !scheduler.waitsForStore(seat)) {
        judge.found("I-33", `${seat.name} left ${seat.timers} timers behind.`);
      }
      if (!seat.alive || seat.asleep || seat.standing !== "driving") continue;
      const fence = judge.fenceOf(seat, runId);
      if (fence === 0 || fence !== disk.fenceOf(runId) || scheduler.waitsForStore(seat)) continue;
      judgeIdleness(judge, this.world, seat, runId);
    }
  }

  #isDone(runId: string): boolean {
    return (
      this.#around.judge.bookOf(runId).isOver &&
      this.#seats.every(
        ({ alive, standing }) => !alive || (standing !== "starting" && standing !== "driving"),
      )
    );
  }

  #hasOpenCalls(runId: string): boolean {
    return this.#around.judge.bookOf(runId).state.ledger.openCalls.size > 0;
  }

  /** Has somebody write down what was under way when the run ended and its process died. */
  #takeStock(runId: string): boolean {
    return (
      !this.#patience &&
      this.#isDone(runId) &&
      this.#hasOpenCalls(runId) &&
      this.#wait(runId, () => this.#resume(runId))
    );
  }

  /** Sees to it that somebody drives the run. Returns whether anything was done. */
  #tend(runId: string): boolean {
    const { judge, random } = this.#around;
    const { isOver, log } = judge.bookOf(runId);
    if (this.#patience || isOver || this.#seats.some((each) => this.#isAtWork(each))) return false;
    const last = this.#seats[this.#seats.length - 1];
    if (log.length === 0) {
      // Whoever submitted it before may have died with a lease of it.
      if (last !== undefined) return this.#wait(runId, () => this.#submit(runId));
      this.#submit(runId);
      return true;
    }
    const paused = this.#seats.find(({ alive, standing }) => alive && standing === "paused");
    if (paused?.run !== undefined && random.chance(0.8)) {
      this.#settle(paused);
      return true;
    }
    if (last?.standing === "refused") return this.#wait(runId, () => this.#resume(runId));
    return this.#resume(runId);
  }

  #isAtWork({ alive, asleep, standing }: Seat): boolean {
    return alive && !asleep && (standing === "starting" || standing === "driving");
  }

  /** Leaves time for the lease to run out, as whoever was refused is told when it does. */
  #wait(runId: string, action: () => void): boolean {
    this.#patience = true;
    const { scheduler, disk } = this.#around;
    const until = disk.termOf(runId, disk.fenceOf(runId))?.until ?? 0;
    const ms = Math.min(Math.max(until - scheduler.now, 0), 4 * this.world.leaseMs) + 1;
    scheduler.after(OUTSIDE, ms, () => {
      this.#patience = false;
      action();
    });
    return true;
  }

  #submit(runId: string): void {
    const reuse = runId === RUN && this.#around.judge.bookOf(BEFORE).isOver ? BEFORE : undefined;
    this.#seat()?.submit(runId, reuse);
  }

  #resume(runId: string): boolean {
    const seat = this.#seat();
    const isParked = this.#around.judge.bookOf(runId).state.halt?.reason === "crashes";
    seat?.resume(runId, isParked && this.#random.chance(0.5));
    return seat !== undefined;
  }

  #seat(): Seat | undefined {
    const { faults, judge, note } = this.#around;
    const most = faults.on ? MOST_PROCESSES_WITH_FAULTS : MOST_PROCESSES;
    if (this.#seats.length >= most && faults.on) faults.on = false;
    if (this.#seats.length >= MOST_PROCESSES) {
      judge.found("I-28", `${MOST_PROCESSES} processes did not bring the run to its end.`);
      return undefined;
    }
    const seat = new Seat(`p${this.#seats.length + 1}`, this.#around);
    note?.(`${seat.name} starts`);
    this.#seats.push(seat);
    return seat;
  }

  /** A person settles what is flagged; whatever else a run waits for has come back. */
  #settle(seat: Seat): void {
    const { run } = seat;
    if (run === undefined) return;
    const flagged = [...run.state.tasks.values()].filter(({ status }) => status === "flagged");
    const [first] = flagged;
    if (run.state.halt?.reason === "person" && first !== undefined) {
      for (const task of flagged) seat.ask(run.resolve(task.task.id, settlementOf(this.world, task)));
    } else seat.ask(run.resume());
    seat.watch();
  }
}

/** The same world where nothing is ever late. */
function calmed(world: World): World {
  return {
    ...world,
    concurrency: 1,
    tierConcurrency: {},
    storeHaste: 1,
    manners: "none",
    checks: atOnce(world),
  };
}

function atOnce({ checks }: World): World["checks"] {
  return checks === "none" ? "none" : "at once";
}
