// What is told of routing: what earlier runs teach, and what a model says of a task.
import type { Classification, Fact } from "@terrace/core";
import { fault } from "@terrace/core/testing";

export const learned: Fact = { type: "calibration.loaded", runs: 0, unread: 0, rows: [], trends: [] };

export const SIMPLE: Classification = {
  complexity: "mechanical",
  errorCost: "low",
  reason: "It is short.",
};

/** A classifier is asked about a task. */
export const classified = (taskId: string): Fact<"classification.queued"> => ({
  type: "classification.queued",
  taskId,
  route: { tier: "haiku", model: "model-haiku", effort: null },
  urgency: "live",
  delayMs: 0,
});

export const said = (taskId: string): Fact => ({ type: "classification.returned", taskId, ...SIMPLE });

export const unsaid = (taskId: string): Fact => ({
  type: "classification.failed",
  taskId,
  fault: fault("transport").fault,
});
