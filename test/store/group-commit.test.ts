import { expect, test } from "vitest";
import { reasonOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import type { AppendRequest } from "../../packages/store/src/append.js";
import { GroupCommit } from "../../packages/store/src/group-commit.js";

/** A medium that notes what is written together, and refuses some. */
function medium(
  refuse: (request: AppendRequest) => unknown = () => undefined,
  fails: (size: number) => boolean = () => false,
) {
  const groups: number[][] = [];
  const commits = new GroupCommit(async (requests) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    groups.push(requests.map(({ expectedSeq }) => expectedSeq));
    if (fails(requests.length)) throw new Error("The disk is full.");
    return requests.map(refuse);
  });
  return { commits, groups };
}

function request(seq: number, runId = "run_1", size = 1): AppendRequest {
  const events = Array.from({ length: size }, (_, index) => reasonOf(runId, seq + index, "x"));
  return { lease: { runId, fence: 1 }, events, expectedSeq: seq };
}

test("appends of one moment are written together", async () => {
  const { commits, groups } = medium();
  await Promise.all([0, 1, 2].map((seq) => commits.append(request(seq))));

  expect(groups).toEqual([[0, 1, 2]]);
});

test("what arrives during a write shares the next one", async () => {
  const { commits, groups } = medium();
  const first = commits.append(request(0));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...[1, 2, 3].map((seq) => commits.append(request(seq)))]);

  expect(groups).toEqual([[0], [1, 2, 3]]);
});

test("a refused append harms no other", async () => {
  const { commits } = medium(({ expectedSeq }) => (expectedSeq === 1 ? new Error("No.") : undefined));
  const answers = await Promise.allSettled([0, 1, 2].map((seq) => commits.append(request(seq))));

  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a write that fails as a whole is tried again one by one", async () => {
  const { commits, groups } = medium(undefined, (size) => size > 1);
  await Promise.all([0, 1, 2].map((seq) => commits.append(request(seq))));

  expect(groups).toEqual([[0, 1, 2], [0], [1], [2]]);
});

test("what follows a failed append of its run fails for the same reason, and is not tried", async () => {
  let writes = 0;
  const { commits, groups } = medium(undefined, () => {
    writes += 1;
    return writes <= 2;
  });
  const answers = await Promise.allSettled(
    [request(0, "run_1"), request(7, "run_2"), request(1, "run_1")].map((each) => commits.append(each)),
  );

  expect(answers).toMatchObject([
    { status: "rejected", reason: { message: "The disk is full." } },
    { status: "fulfilled" },
    { status: "rejected", reason: { message: "The disk is full." } },
  ]);
  expect(groups).toEqual([[0, 7, 1], [0], [7]]);
});

test("a write takes 5,000 events at most, unless one append has more", async () => {
  const { commits, groups } = medium();
  const sizes = [2_000, 3_000, 1, 9_000, 1];
  let seq = 0;
  await Promise.all(
    sizes.map((size) => {
      const done = commits.append(request(seq, "run_1", size));
      seq += size;
      return done;
    }),
  );

  expect(groups).toEqual([[0, 2_000], [5_000], [5_001], [14_001]]);
});
