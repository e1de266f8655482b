import { priceOf, sizeOf } from "@terrace/agents";
import type { Agents } from "@terrace/core";

const never = (): Promise<never> => new Promise(() => {});

/** Agents that never answer: with them a run is read, a plan quoted or a task settled, and nobody is asked anything. */
export const idleAgents: Agents = {
  plan: never,
  classify: never,
  execute: never,
  review: never,
  priceOf,
  sizeOf,
};
