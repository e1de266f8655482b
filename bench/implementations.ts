/** The implementations that the bench can run, by the name given to `--subject`. */

import type { Implementation } from "./measure.js";

/** The implementation of that name. */
export type ImplementationName = keyof typeof loaders;

// Loaded on demand: a fresh process that measures the base must not hold Terrace in memory as well.
const loaders = {
  base: async () => (await import("./base.js")).runOnBase,
  terrace: async () => (await import("./terrace.js")).runOnTerrace,
};

/** Whether a word given on the command line names an implementation. */
export function isImplementationName(word: string): word is ImplementationName {
  return Object.hasOwn(loaders, word);
}

/** Loads the implementation of that name. */
export function loadImplementation(name: ImplementationName): Promise<Implementation> {
  return loaders[name]();
}
