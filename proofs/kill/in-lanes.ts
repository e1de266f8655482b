import { Nursery } from "./nursery.js";
import { WorkerProcess } from "./worker-process.js";

/** What a piece of work in a lane may use. */
export interface Lane {
  /** Processes to be hit. */
  readonly nursery: Nursery;
  /** The nth of those that are not, and serve one run after the other. */
  readonly survivor: (n?: number) => WorkerProcess;
}

/**
 * Works through a list, some at a time. What is thrown ends it all.
 *
 * @param victims How many processes will be hit in all.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, lane: Lane) => Promise<Result>,
  victims: number = items.length,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const nursery = new Nursery(lanes, victims);
  let next = 0;
  const workOff = async (): Promise<void> => {
    const survivors: WorkerProcess[] = [];
    const survivor = (n = 0): WorkerProcess => {
      survivors[n] ??= new WorkerProcess();
      return survivors[n];
    };
    try {
      for (let index = next++; index < items.length; index = next++) {
        results[index] = await work(items[index] as Item, { nursery, survivor });
      }
    } finally {
      next = items.length;
      await Promise.all(survivors.map((each) => each.end()));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, workOff));
  } finally {
    await nursery.close();
  }
  return results;
}
