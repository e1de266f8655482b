import type { RunStore } from "@terrace/core";
import type { Disk } from "./disk.js";
import type { FaultPoint, Faults } from "./faults.js";
import type { Random } from "./random.js";
import { type Host, OUTSIDE, type Scheduler } from "./scheduler.js";

/** What the way from a process to its disk needs. */
export interface StorePortOptions {
  readonly host: Host;
  readonly disk: Disk;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  /** How readily the store answers at once, from 0 to 1. */
  readonly haste: number;
  /** Has the lease run out before the process hears of anything more. */
  readonly overtake: () => void;
  /** Called when the process is told of a failure. */
  readonly onHarm: () => void;
}

/** What a fault of the simulation says. */
export const SIMULATED = "Simulated:";

type Verb = "append" | "read" | "list" | "acquire" | "renew" | "release";

/** A store as one process sees it: over a way on which words are late, lost and said twice. */
export function storePort(options: StorePortOptions): RunStore {
  const { disk, host } = options;
  const go = <Value>(verb: Verb, effect: () => Value): Value | Promise<Value> => pass(options, verb, effect);
  const later = <Value>(verb: Verb, effect: () => Value): Promise<Value> =>
    new Promise((resolve, reject) => travel(options, verb, effect, resolve, reject));
  return {
    append: (lease, events, expectedSeq) =>
      go("append", () => disk.append(lease, events, expectedSeq)) as undefined | Promise<void>,
    read: (runId, fromSeq) => later("read", () => disk.read(runId, fromSeq)),
    list: async (...asked) => await later("list", () => disk.list(...asked)),
    acquire: (runId, owner, now, ttlMs) => go("acquire", () => disk.acquire(runId, owner, now, ttlMs)),
    renew: (lease, now, ttlMs) =>
      go("renew", () => disk.renew(lease, now, ttlMs)) as undefined | Promise<void>,
    release: (lease) =>
      host.alive ? (go("release", () => disk.release(lease)) as undefined | Promise<void>) : undefined,
  };
}

/** At once when the store is quick, else when the scheduler says so. */
function pass<Value>(options: StorePortOptions, verb: Verb, effect: () => Value): Value | Promise<Value> {
  const { host, random, haste } = options;
  if (!host.alive) return new Promise<Value>(() => {});
  if (haste < 1 && !random.chance(haste)) {
    return new Promise<Value>((resolve, reject) => travel(options, verb, effect, resolve, reject));
  }
  try {
    return arrive(options, verb, effect);
  } catch (error) {
    options.onHarm();
    throw error;
  }
}

function travel<Value>(
  options: StorePortOptions,
  verb: Verb,
  effect: () => Value,
  resolve: (value: Value) => void,
  reject: (error: unknown) => void,
): void {
  const { scheduler, host, faults } = options;
  if (!host.alive) return;
  const complete = (): void => {
    let tell: () => void;
    try {
      const value = arrive(options, verb, effect);
      tell = () => resolve(value);
    } catch (error) {
      options.onHarm();
      tell = () => reject(error);
    }
    if (isPoint(verb, "late_word") && faults.strikes(`${verb}.late_word` as FaultPoint)) {
      scheduler.later(host, `the word of its ${verb}`, tell);
    } else if (verb === "append" && faults.strikes("append.overtaken")) {
      scheduler.after(host, options.random.between(0, 200), tell, true);
      options.overtake();
    } else tell();
  };
  const perish = (): void => {
    if (verb === "read" || verb === "list" || options.random.chance(0.5)) return;
    faults.count("kill.done");
    quietly(effect);
  };
  scheduler.later(host, verb, complete, perish);
}

/** Reaches the disk: does it, or fails before or after. */
function arrive<Value>(options: StorePortOptions, verb: Verb, effect: () => Value): Value {
  const { faults, scheduler } = options;
  const strikes = (how: string): boolean =>
    isPoint(verb, how) && faults.strikes(`${verb}.${how}` as FaultPoint);
  if (strikes("fails")) throw new Error(`${SIMULATED} ${verb} failed.`);
  const value = effect();
  if (strikes("repeated")) scheduler.later(OUTSIDE, `${verb} once more`, () => quietly(effect));
  if (strikes("unacknowledged")) throw new Error(`${SIMULATED} nobody heard that ${verb} was done.`);
  return value;
}

const POINTS: { readonly [V in Verb]: readonly string[] } = {
  append: ["fails", "unacknowledged", "late_word", "repeated"],
  read: ["fails"],
  list: [],
  acquire: ["fails", "unacknowledged", "late_word"],
  renew: ["fails", "unacknowledged", "late_word", "repeated"],
  release: ["fails", "unacknowledged", "repeated"],
};

function isPoint(verb: Verb, how: string): boolean {
  return POINTS[verb].includes(how);
}

function quietly(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // Nobody waits for it.
  }
}
