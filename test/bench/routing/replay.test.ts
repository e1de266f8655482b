import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readLadder } from "../../../bench/routing/ladder.js";
import { LADDERS } from "../../../bench/routing/ladders.js";
import { replayInProcess } from "../../../bench/routing/replay/in-process.js";
import { replayOverHttp } from "../../../bench/routing/replay/over-http.js";
import { recordedAgents } from "../../../bench/routing/replay/recorded-agents.js";
import { Records, tokenOf } from "../../../bench/routing/replay/records.js";
import { replay } from "../../../bench/routing/replay/replay.js";
import { replayFigure } from "../../../bench/routing/replay/replay-figure.js";
import { teamOf } from "../../../bench/routing/replay/team.js";
import { reviewerOf } from "../../../bench/routing/reviewer.js";
import { TOP_ALONE, whole } from "../../../bench/routing/split-table.js";
import { madeUpFolder, madeUpLadder, times } from "./folder.js";

const provider = fileURLToPath(new URL("../../../bench/dist/routing/replay/provider.js", import.meta.url));

/** Made-up outcomes in the place of a dataset whose records may not be kept here. */
function madeUpData() {
  const spec = LADDERS.find(({ name }) => name === "bfcl/prompt");
  if (spec === undefined) throw new Error("The ladder is gone.");
  const rows = Array.from({ length: 120 }, (_, task) => {
    const category = ["sums", "letters", "poems"][task % 3] ?? "";
    const solvedFrom = category === "letters" ? 2 : category === "poems" && task % 10 === 2 ? 2 : 0;
    return spec.rungs.map(({ model, scaffold = "" }, rung) => ({
      instance_id: `secret-name-${task}`,
      task_category: category,
      scaffold,
      model,
      correct: rung >= solvedFrom ? 1 : 0,
      input_tokens: 500,
      output_tokens: 50 + task,
    }));
  }).flat();
  const data = madeUpFolder({ [spec.folder]: { rows } });
  return { data, ladder: readLadder(data, spec, "5.5") };
}

test("over HTTP, with Claude's agents and SDK, every task is decided as it is in process", async () => {
  const { data, ladder } = madeUpData();
  const reviewer = reviewerOf("95/87");
  const bodies: string[] = [];
  const order = {
    data,
    ladder: ladder.name,
    list: "5.5",
    reviewer: "95/87",
    fee: "mid",
    halved: false,
  } as const;
  const fast = await replayInProcess(ladder, reviewer, { tasks: 60, seed: "test" });
  const full = await replayOverHttp(provider, { ...order, tasks: 60, seed: "test" }, (body) =>
    bodies.push(body),
  );

  const decided = ({ decisions, grades }: typeof fast) =>
    decisions.map(({ token, routed, attempts, verdicts, acceptedBy }, at) => ({
      token,
      routed,
      attempts,
      verdicts,
      acceptedBy,
      right: grades[at],
    }));
  expect(decided(full)).toEqual(decided(fast));
  // All that a table can say occurs, so that the comparison compares something.
  expect(new Set(fast.decisions.map(({ acceptedBy }) => acceptedBy))).toContain("rule");
  expect(fast.decisions.some(({ attempts }) => attempts.length > 1)).toBe(true);
  expect(fast.decisions.some(({ verdicts }) => verdicts.includes("rerun"))).toBe(true);

  // Requests name tasks by token and results by seal; nothing that leads back to a record is in them.
  expect(bodies.length).toBeGreaterThan(60);
  for (const body of bodies) {
    expect(body).toMatch(/task:[0-9a-f]{24}|result:[0-9a-f]{64}/);
    expect(body).not.toMatch(/secret-name|bfcl|outcomes|claude-3-|correct"|success|sums|letters|poems/);
    expect(body).not.toContain(data);
  }
});

test("the same task and model give the same answer, and the same reviewer the same verdict", () => {
  const ladder = madeUpLadder(times(30, ["any", 0.5, 0.5, 0.5] as const));
  const [first, second] = [0, 1].map(() => new Records(ladder, reviewerOf("80/80"), "test"));
  const tried = ladder.instances.map(({ id }) => {
    const seals = [first, first, second].map((records) => records?.execute(tokenOf(id), 0).seal ?? "");
    expect(seals[0]).toBe(seals[1]);
    // Another process has another key, and the same outcomes.
    expect(seals[0]).not.toBe(seals[2]);
    expect(first?.review(seals[0] ?? "")).toEqual(second?.review(seals[2] ?? ""));
    return [first?.grade(seals[0] ?? ""), second?.grade(seals[2] ?? "")];
  });
  expect(tried.every(([one, other]) => one === other)).toBe(true);
  expect(new Set(tried.map(([one]) => one))).toEqual(new Set([true, false]));
});

test("each task is routed by the table of its own fold", async () => {
  const ladder = madeUpLadder(times(4, ["sums", 1, 1, 1] as const));
  const agents = recordedAgents(new Records(ladder, reviewerOf("90/90"), "test"), 3);
  const tables = [0, 2].map((start) => whole(new Map([["sums", { path: [start, 2], shares: [0] }]])));
  const assignments = ladder.instances.map(({ id }, at) => ({
    token: tokenOf(id),
    kind: "sums",
    fold: at % 2,
  }));
  const decisions = await replay(agents, tables, 3, assignments);
  expect(decisions.map(({ routed }) => routed)).toEqual(["haiku", "opus", "haiku", "opus"]);
});

test("of a kind whose table is split, a share starts at either tier, the same each time", async () => {
  const ladder = madeUpLadder(times(60, ["poems", 0, 1, 1] as const));
  const agents = recordedAgents(new Records(ladder, reviewerOf("100/100"), "test"), 3);
  const first = new Map([["poems", { path: [1, 2], shares: [0] }]]);
  const second = new Map([["poems", { path: [0, 1, 2], shares: [1, 0] }]]);
  const assignments = ladder.instances.map(({ id }) => ({ token: tokenOf(id), kind: "poems", fold: 0 }));
  const decided = () => replay(agents, [{ share: 0.5, first, second }], 3, assignments);
  const decisions = await decided();
  const starts = decisions.map(({ routed }) => routed);

  expect(starts.filter((tier) => tier === "sonnet").length).toBeGreaterThan(15);
  expect(starts.filter((tier) => tier === "haiku").length).toBeGreaterThan(15);
  // Each goes on by the row that it started by, and is reviewed as that says.
  expect(new Set(decisions.map(({ attempts, verdicts }) => [...attempts, ...verdicts].join()))).toEqual(
    new Set(["sonnet", "haiku,sonnet,rerun"]),
  );
  expect((await decided()).map(({ routed }) => routed)).toEqual(starts);
});

test("a team declares the tiers that its table uses, and no other", () => {
  const skipping = whole(new Map([["poems", { path: [0, 2], shares: [1] }]]));
  expect(teamOf(skipping, 3).ladder).toEqual(["haiku", "opus"]);
  expect(teamOf(TOP_ALONE, 3).ladder).toEqual(["opus"]);
});

test("a tier that is reviewed leads on, and one that is not is the end, as the table says of each", async () => {
  const ladder = madeUpLadder(times(4, ["poems", 0, 0, 1] as const));
  const agents = recordedAgents(new Records(ladder, reviewerOf("100/100"), "test"), 3);
  const assignments = ladder.instances.map(({ id }, at) => ({
    token: tokenOf(id),
    kind: "poems",
    fold: at % 2,
  }));
  const tables = [0, 1].map((middle) =>
    whole(new Map([["poems", { path: [0, 1, 2], shares: [1, middle] }]])),
  );
  const decisions = await replay(agents, tables, 3, assignments);
  expect(decisions.map(({ attempts }) => attempts)).toEqual([
    ["haiku", "sonnet"],
    ["haiku", "sonnet", "opus"],
    ["haiku", "sonnet"],
    ["haiku", "sonnet", "opus"],
  ]);
});

test("a seal that the records did not give is not opened", () => {
  const records = new Records(madeUpLadder([["any", 1, 1, 1]]), reviewerOf("80/80"), "test");
  expect(() => records.grade("result:made up")).toThrow('"result:made up" is no seal of these records.');
});

test("what the top makes is accepted without a review, as in the tables, and nothing goes to a person", async () => {
  // Poems are right often enough to start below the top, and some that nobody can do climb all the way.
  const ladder = madeUpLadder([
    ...times(40, ["poems", 1, 1] as const),
    ...times(6, ["poems", 0, 1] as const),
    ...times(6, ["poems", 0, 0] as const),
  ]);
  const replayed = await replayInProcess(ladder, reviewerOf("100/100"), { seed: "test" });
  const climbed = replayed.decisions.filter(({ attempts }) => attempts.length > 1);
  expect(climbed.length).toBeGreaterThan(0);
  expect(climbed.map(({ attempts, verdicts, acceptedBy }) => [attempts, verdicts, acceptedBy])).toEqual(
    climbed.map(() => [["haiku", "opus"], ["rerun"], "rule"]),
  );
  expect(replayed.decisions.map(({ acceptedBy }) => acceptedBy)).not.toContain("person");
  const figure = replayFigure(ladder, "100/100", "in process", replayed);
  expect(figure.n).toBe(52);
  expect(figure.success).toBeGreaterThan(95);
  expect(figure.saved).toBeGreaterThan(0);
  expect(figure.usd).toBeGreaterThan(figure.reviewUsd);
});
