/** The workloads of the bench, against the check values of the reference they are defined in. */

import { describe, expect, test } from "vitest";
import {
  createRandom,
  createWorkload,
  criticalPath,
  shortestMakespanMs,
  type Workload,
  type WorkloadName,
} from "../../bench/workloads.js";

test("the generator draws the published numbers", () => {
  expect(draw(7)).toEqual([0.0117048, 0.0619583, 0.9769076]);
  expect(draw(11)).toEqual([0.511587, 0.5299464, 0.6081186]);
});

test.each<[WorkloadName, number, number]>([
  ["w1", 10_000, 1],
  ["w1m", 10_000, 1],
  ["w4-1k", 1_000, 1],
  ["w4-100k", 100_000, 1],
  ["w2m", 10_000, 100],
  ["w4d-1k", 1_000, 10],
  ["w4d-100k", 100_000, 1_000],
  ["w5", 8, 3],
])("%s has %i tasks in %i layers", (name, tasks, layers) => {
  const workload = createWorkload(name);

  expect(workload.tasks).toHaveLength(tasks);
  expect(countLayers(workload)).toBe(layers);
});

test("w2 is the published graph of 100 layers", () => {
  const workload = createWorkload("w2");

  expect(shapeOf(workload)).toEqual({ edges: 29_700, roots: 100, layers: 100 });
  expect([100, 101, 102].map((id) => workload.tasks[id]?.dependsOn)).toEqual([
    [1, 6, 97],
    [69, 52, 40],
    [46, 23, 55],
  ]);
});

test("w5 is one task, six that need it, and one that needs all six", () => {
  expect(createWorkload("w5").tasks.map((task) => task.dependsOn)).toEqual([
    [],
    [0],
    [0],
    [0],
    [0],
    [0],
    [0],
    [1, 2, 3, 4, 5, 6],
  ]);
});

describe("w3, whose bound is its critical path", () => {
  const workload = createWorkload("w3");

  test("is the published graph", () => {
    expect(shapeOf(workload)).toEqual({ edges: 2_996, roots: 472, layers: 31 });
    expect(firstDependencies(workload)).toEqual([[], [0], [1, 0], [2], [], [2], [2, 5]]);
  });

  test("has the published latencies", () => {
    expect(latenciesOf(workload)).toEqual({
      first: [10, 44, 34, 29, 7, 5],
      sumMs: 53_494,
      medianMs: 19,
      longestMs: 457,
    });
    expect(criticalPath(workload.tasks, workload.latenciesMs)).toBe(1_367);
    expect(shortestMakespanMs(workload.tasks, workload.latenciesMs, 64)).toBe(1_367);
  });
});

describe("w3b, whose bound is its work shared over the slots", () => {
  const workload = createWorkload("w3b");

  test("is the published graph", () => {
    expect(shapeOf(workload)).toEqual({ edges: 2_041, roots: 653, layers: 17 });
    expect(firstDependencies(workload)).toEqual([[], [0], [1], [1, 2], [], [2], [2]]);
  });

  test("has the published latencies", () => {
    expect(latenciesOf(workload)).toEqual({
      first: [10, 44, 7, 29, 7, 5],
      sumMs: 56_953,
      medianMs: 20,
      longestMs: 457,
    });
    expect(criticalPath(workload.tasks, workload.latenciesMs)).toBe(594);
    expect(shortestMakespanMs(workload.tasks, workload.latenciesMs, 64)).toBeCloseTo(889.9, 1);
  });
});

function draw(seed: number): number[] {
  const random = createRandom(seed);
  return [random(), random(), random()].map((value) => Number(value.toFixed(7)));
}

function shapeOf(workload: Workload) {
  const { tasks } = workload;
  return {
    edges: tasks.reduce((sum, task) => sum + task.dependsOn.length, 0),
    roots: tasks.filter((task) => task.dependsOn.length === 0).length,
    layers: countLayers(workload),
  };
}

// A critical path on which every task takes 1 is a count of layers.
function countLayers({ tasks }: Workload): number {
  return criticalPath(tasks, new Array<number>(tasks.length).fill(1));
}

function firstDependencies({ tasks }: Workload) {
  return tasks.slice(0, 7).map((task) => task.dependsOn);
}

function latenciesOf({ latenciesMs }: Workload) {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    first: latenciesMs.slice(0, 6),
    sumMs: latenciesMs.reduce((sum, latency) => sum + latency, 0),
    medianMs: sorted[1_000],
    longestMs: sorted.at(-1),
  };
}
