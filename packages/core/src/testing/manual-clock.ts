import type { Clock } from "../ports/clock.js";

/** A clock that moves only when it is told to. */
export interface ManualClock extends Clock {
  /**
   * Moves on by `ms` milliseconds and wakes, in order, whoever slept until then.
   *
   * Whoever is woken goes on before the next one is, so that a sleep begun on the way is seen as well.
   * Resolves when everybody who can go on has.
   *
   * @throws RangeError when told to go back.
   */
  advance(ms: number): Promise<void>;
  /** When those who sleep now will wake, in milliseconds since 1970, earliest first. */
  readonly sleeping: readonly number[];
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * Makes a clock for tests.
 *
 * @param start What it shows at first, in milliseconds since 1970.
 */
export function manualClock(start = 0): ManualClock {
  let now = start;
  let sleepers: readonly Sleeper[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve();
      const wake = (): void => {
        sleepers = sleepers.filter((each) => each !== sleeper);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper: Sleeper = { due: now + ms, wake };
      sleepers = [...sleepers, sleeper].sort((a, b) => a.due - b.due);
      signal.addEventListener("abort", wake, { once: true });
    });
  return {
    now: () => now,
    sleep,
    get sleeping() {
      return sleepers.map(({ due }) => due);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`Expected \`advance\` to go forward, got \`${ms}\` milliseconds.`);
      const end = now + ms;
      await settled();
      for (let next = sleepers[0]; next !== undefined && next.due <= end; next = sleepers[0]) {
        now = next.due;
        next.wake();
        await settled();
      }
      now = end;
    },
  };
}

/**
 * Resolves when everything that waits for nothing but promises has gone on.
 *
 * Whatever waits for a timer, a file or a socket is left waiting.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
