import type { RunStore } from "../../ports/run-store.js";
import type { Damage } from "./damaging.js";

/** One thing that a store must do. */
export interface StoreCase {
  /** Such as `leases`. */
  readonly group: string;
  /** A sentence. */
  readonly name: string;
  /** Rejects with an `Error` that says what was expected and got. */
  run(): Promise<void>;
}

/** What a case works with. */
export interface World {
  /** Empty, and the case's own. */
  readonly store: RunStore;
  reopen(): Promise<RunStore>;
  beside(): Promise<RunStore>;
  damage(damage: Damage): Promise<RunStore>;
  failAppend(nth: number): void;
  /** Has a store closed at the end that the case opened in another way. */
  keep(store: RunStore): void;
}

/** The deed of a case. */
export type Body = (world: World) => Promise<void>;

/** Cases by name. */
export type Cases = { readonly [name: string]: Body };
