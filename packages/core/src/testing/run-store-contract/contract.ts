// What every store of runs must do, as cases that any test runner can run.
//
// A case fails by rejecting. Nothing here knows a test runner, a file or a database: what only some stores can
// show, such as a restart, is asked of a harness, and a group that a store cannot show is listed with the reason.

import type { RunStore } from "../../ports/run-store.js";
import { appending } from "./appending.js";
import type { Body, Cases, StoreCase, World } from "./case.js";
import { type Damage, damaging } from "./damaging.js";
import { failing } from "./failing.js";
import { type KillMoment, killing, type Survivor } from "./killing.js";
import { leasing } from "./leasing.js";
import { listing } from "./listing.js";
import { reading } from "./reading.js";
import { restarting } from "./restarting.js";
import { runIds } from "./run-ids.js";
import { NOW } from "./samples.js";
import { sharing } from "./sharing.js";
import { texts } from "./texts.js";
import { type OlderStore, upgrading } from "./upgrading.js";
import { values } from "./values.js";

/** Something a store can show, or why it cannot. */
export type Capability<Show> = Show | { readonly skipped: string };

/** What the contract may do to a store besides using it. */
export interface StoreHarness<Store extends RunStore> {
  /** Lets go of a store. Called once a case for each store that was opened, some of which are closed already. */
  readonly close?: (store: Store) => Promise<void>;
  /** Lets go of a store and opens what it left behind, as a new process would. */
  readonly reopen: Capability<(store: Store) => Promise<Store>>;
  /** Opens the same runs a second time, as another process would. */
  readonly beside: Capability<(store: Store) => Promise<Store>>;
  /** Lets go of a store, damages one event of it, and opens it again. */
  readonly damage: Capability<(store: Store, damage: Damage) => Promise<Store>>;
  /** Makes the nth append from now on fail as on a full disk, and those after it succeed. */
  readonly failAppend: Capability<(store: Store, nth: number) => void>;
  /**
   * Runs `appendUntilKilled` in a process of its own, kills that at its nth append, and opens what it left.
   *
   * A store that cannot name a moment kills at the nearest it can.
   */
  readonly kill: Capability<(nth: number, moment: KillMoment) => Promise<Survivor<Store>>>;
  /** The stores that older versions wrote, each opened by this one. */
  readonly older: Capability<readonly OlderStore<Store>[]>;
}

/** The contract of one store. */
export interface StoreContract {
  readonly cases: readonly StoreCase[];
  /** What was left out, and why. */
  readonly skipped: readonly { readonly group: string; readonly reason: string }[];
}

/**
 * The cases that a store must pass.
 *
 * @param makeStore Makes an empty store. One that tells time itself takes it from `now`.
 */
export function runStoreContract<Store extends RunStore>(
  makeStore: (now: () => number) => Store | Promise<Store>,
  harness: StoreHarness<Store>,
): StoreContract {
  const cases: StoreCase[] = [];
  const skipped: { group: string; reason: string }[] = [];
  const add = (group: string, bodies: Cases) => {
    for (const [name, body] of Object.entries(bodies)) {
      cases.push({ group, name, run: () => inWorld(makeStore, harness, body) });
    }
  };
  const addIf = <Show>(group: string, capability: Capability<Show>, bodies: (show: Show) => Cases) => {
    if (isSkipped(capability)) skipped.push({ group, reason: capability.skipped });
    else add(group, bodies(capability));
  };
  add("appending", appending);
  add("leases", leasing);
  add("reading", reading);
  add("listing", listing);
  add("texts", texts());
  add("values", values);
  add("run ids", runIds());
  addIf("restart", harness.reopen, () => restarting);
  addIf("two processes", harness.beside, () => sharing);
  addIf("damage", harness.damage, damaging);
  addIf("full disk", harness.failAppend, failing);
  addIf("kill", harness.kill, killing);
  addIf("upgrade", harness.older, upgrading);
  return { cases, skipped };
}

function isSkipped(capability: unknown): capability is { readonly skipped: string } {
  return typeof capability === "object" && capability !== null && "skipped" in capability;
}

/** Runs a case on a store of its own, and lets go of whatever it opened. */
async function inWorld<Store extends RunStore>(
  makeStore: (now: () => number) => Store | Promise<Store>,
  harness: StoreHarness<Store>,
  body: Body,
): Promise<void> {
  const opened: Store[] = [];
  const keep = (store: Store): Store => {
    opened.push(store);
    return store;
  };
  let current = keep(await makeStore(() => NOW));
  const move = async (store: Promise<Store>): Promise<Store> => {
    current = keep(await store);
    return current;
  };
  const world: World = {
    store: current,
    reopen: () => move(offered(harness.reopen)(current)),
    beside: async () => keep(await offered(harness.beside)(current)),
    damage: (damage) => move(offered(harness.damage)(current, damage)),
    failAppend: (nth) => offered(harness.failAppend)(current, nth),
    keep: (store) => void keep(store as Store),
  };
  try {
    await body(world);
  } finally {
    for (const store of opened.reverse()) await harness.close?.(store);
  }
}

function offered<Show>(capability: Capability<Show>): Show {
  if (isSkipped(capability)) throw new Error(`The store does not offer this: ${capability.skipped}`);
  return capability;
}
