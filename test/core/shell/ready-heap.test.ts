import { expect, test } from "vitest";
import { ReadyHeap } from "../../../packages/core/src/shell/ready-heap.js";

const work = async () => {};

/** The priorities in the order they come out. */
const drained = (heap: ReadyHeap) => {
  const priorities: number[] = [];
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) priorities.push(next.priority);
  return priorities;
};

test("the most urgent comes out first, whatever the order they went in", () => {
  const heap = new ReadyHeap();
  for (const priority of [3, 1, 4, 1, 5, 9, 2, 6]) heap.push(priority, work);

  expect(heap.size).toBe(8);
  expect(heap.urgency).toBe(9);
  expect(drained(heap)).toEqual([9, 6, 5, 4, 3, 2, 1, 1]);
});

test("of equals the one that came first comes out first", () => {
  const heap = new ReadyHeap();
  const works = Array.from({ length: 20 }, () => async () => {});
  for (const each of works) heap.push(1, each);

  expect(works.map(() => heap.pop()?.work)).toEqual(works);
});

test("what comes in between finds its place", () => {
  const heap = new ReadyHeap();
  heap.push(1, work);
  heap.push(3, work);
  heap.pop();
  heap.push(2, work);

  expect(drained(heap)).toEqual([2, 1]);
});

test("an empty heap has nothing and is in no hurry", () => {
  const heap = new ReadyHeap();

  expect(heap.pop()).toBeUndefined();
  expect(heap.size).toBe(0);
  expect(heap.urgency).toBe(Number.NEGATIVE_INFINITY);
});

test("what is cleared does not come out", () => {
  const heap = new ReadyHeap();
  heap.push(1, work);
  heap.clear();

  expect(heap.pop()).toBeUndefined();
});
