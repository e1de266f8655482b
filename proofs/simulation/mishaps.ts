import { settlementOf } from "./answers.js";
import { OUTSIDE } from "./scheduler.js";
import type { Seat, Surroundings } from "./seat.js";

/** What befalls processes: they die, fall asleep, are asked to stop, and somebody sets their clock. */
export class Mishaps {
  readonly #around: Surroundings;
  readonly #seats: readonly Seat[];

  constructor(around: Surroundings, seats: readonly Seat[]) {
    this.#around = around;
    this.#seats = seats;
  }

  /** Lets happen what happens now. @param resume Has another process ask for the run. */
  happen(runId: string, resume: () => void): void {
    const { faults, scheduler, world, random, judge } = this.#around;
    if (!faults.on) return;
    if (faults.strikes("clock.forth")) scheduler.jump(random.between(1, world.leaseMs * 2));
    if (faults.strikes("clock.back")) scheduler.jump(-random.between(1, world.leaseMs * 2));
    const seat = this.#someone();
    if (seat === undefined || judge.bookOf(runId).log.length === 0) return;
    if (faults.strikes("second.process")) resume();
    if (faults.strikes("kill")) this.#kill(seat);
    else if (faults.strikes("stall")) this.#stall(seat, resume);
    else this.#ask(seat);
  }

  /** A lease runs out: because its holder sleeps, or because somebody sets the clock. Another process asks for the run. */
  overtake(seat: Seat, resume: () => void): void {
    const { scheduler, world, random } = this.#around;
    if (random.chance(0.5)) scheduler.jump(world.leaseMs * 2);
    else this.#stall(seat, resume);
    scheduler.later(OUTSIDE, "somebody asks for the run", resume);
  }

  /** Somebody asks something of the run at a moment of their own. */
  #ask(seat: Seat): void {
    const { faults, random, world } = this.#around;
    const { run } = seat;
    if (run === undefined) return;
    if (faults.strikes("pause")) {
      seat.ask(run.pause());
      // Somebody else thinks otherwise, and is as quick.
      if (random.chance(0.5)) seat.ask(run.resume());
    }
    if (faults.strikes("cancel")) seat.ask(run.cancel("Enough."));
    if (faults.strikes("resume.early")) seat.ask(run.resume());
    const flagged = [...run.state.tasks.values()].filter(({ status }) => status === "flagged");
    if (flagged.length === 0 || !faults.strikes("resolve.early")) return;
    const task = random.pick(flagged);
    seat.ask(run.resolve(task.task.id, settlementOf(world, task)));
    if (random.chance(0.2)) seat.ask(run.resolve(task.task.id, { action: "give_up" }));
  }

  #someone(): Seat | undefined {
    const awake = this.#seats.filter(({ alive, asleep }) => alive && !asleep);
    return awake.length === 0 ? undefined : this.#around.random.pick(awake);
  }

  #kill(seat: Seat): void {
    const { faults, scheduler, note } = this.#around;
    note?.(`${seat.name} is killed`);
    if (seat.standing === "starting" && this.#seats.length > 1) faults.count("kill.during_resume");
    seat.alive = false;
    scheduler.drop(seat);
  }

  #stall(seat: Seat, resume: () => void): void {
    const { scheduler, world, random, note } = this.#around;
    const ms = random.between(1, world.leaseMs * 3);
    note?.(`${seat.name} stands still for ${ms} ms`);
    seat.asleep = true;
    scheduler.after(OUTSIDE, ms, () => {
      note?.(`${seat.name} goes on`);
      seat.asleep = false;
    });
    if (random.chance(0.5)) scheduler.after(OUTSIDE, random.between(0, ms), resume);
  }
}
