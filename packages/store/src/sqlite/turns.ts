// The stores of one process that share a file take turns.
//
// SQLite waits for a lock by blocking the process, so a store that waited for another one of its own process would
// wait for nothing.

const last = new Map<string, Promise<void>>();

/** Runs a task when all earlier ones on the same file have ended, however they ended. */
export function inTurn<T>(file: string, task: () => Promise<T>): Promise<T> {
  const done = (last.get(file) ?? Promise.resolve()).then(task);
  const ended = done.then(
    () => {},
    () => {},
  );
  last.set(file, ended);
  void ended.then(() => {
    if (last.get(file) === ended) last.delete(file);
  });
  return done;
}
