// What the report says of arms whose truth is known, over many seeds.
import { compareArms, type Measure, type Trial } from "@terrace/core";
import { describe, expect, test } from "vitest";

/** Numbers from 0 to 1 that follow from a seed. */
function dice(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What tasks of an arm are like. */
interface Truth {
  readonly accepted: number;
  readonly escalated: number;
  readonly microUsd: number;
}

const PLAIN: Truth = { accepted: 0.9, escalated: 0.15, microUsd: 1_000 };

/** Runs of two to nine tasks; the tasks of a run are alike, and the kinds differ. */
function trials(
  seed: number,
  runs: number,
  treatment: Truth = PLAIN,
  control: Truth = PLAIN,
): readonly Trial[] {
  const roll = dice(seed);
  return Array.from({ length: runs }, (_, index): Trial => {
    const arm = roll() < 0.5 ? "treatment" : "control";
    const stratum = index % 3 === 0 ? "dear" : "cheap";
    const { accepted, escalated, microUsd } = arm === "treatment" ? treatment : control;
    const tasks = 2 + Math.floor(roll() * 8);
    const hard = roll() < 0.3 ? 2 : 1;
    const hits = (share: number): number =>
      Array.from({ length: tasks }, roll).filter((place) => place < share).length;
    return {
      arm,
      stratum,
      tasks,
      accepted: Math.max(1, hits(accepted)),
      escalated: hits(escalated * hard),
      microUsd: Math.round(tasks * microUsd * hard * (stratum === "dear" ? 5 : 1) * (0.5 + roll())),
      workedMs: 1_000 * tasks * (0.5 + roll()),
    };
  });
}

const MEASURES: readonly Measure[] = ["usdPerAccepted", "acceptance", "escalation", "workedMs"];
const SEEDS = Array.from({ length: 1_000 }, (_, index) => index + 1);

describe("the interval of a difference", () => {
  test.each(MEASURES)("holds 0 in about 95 of 100 seeds when the arms are alike: %s", (measure) => {
    const found = SEEDS.map((seed) => compareArms("alike", trials(seed, 150)).overall.differences[measure]);
    const holding = found.filter((difference) => difference !== null && !difference.isClear).length;

    expect(found).not.toContain(null);
    expect(holding / SEEDS.length).toBeGreaterThan(0.93);
    expect(holding / SEEDS.length).toBeLessThan(0.97);
  });

  test.each([
    ["usdPerAccepted", { ...PLAIN, microUsd: 600 }, -1],
    ["acceptance", { ...PLAIN, accepted: 0.7 }, -1],
    ["escalation", { ...PLAIN, escalated: 0.35 }, 1],
  ] as const)("finds a difference that was planted: %s", (measure, treatment, sign) => {
    const seeds = SEEDS.slice(0, 200);
    const found = seeds.map(
      (seed) => compareArms("planted", trials(seed, 200, treatment)).overall.differences[measure],
    );

    expect(found.filter((each) => each?.isClear && Math.sign(each.value) === sign).length).toBeGreaterThan(
      180,
    );
    expect(found.filter((each) => each?.isClear && Math.sign(each.value) !== sign)).toEqual([]);
  });

  test("compares within strata: an arm that gets the dear goals is not dearer for it", () => {
    const tilted = trials(7, 2_000).filter(({ arm, stratum }, index) =>
      (arm === "treatment") === (stratum === "dear") ? true : index % 5 === 0,
    );
    const { overall } = compareArms("tilted", tilted);
    const { control, treatment, differences } = overall;

    expect((treatment.usdPerAccepted ?? 0) / (control.usdPerAccepted ?? 1)).toBeGreaterThan(2);
    expect(differences.usdPerAccepted?.isClear).toBe(false);
  });

  test("is as good as told about how many runs more it takes", () => {
    const slightly = { ...PLAIN, microUsd: 850 };
    const unclear = SEEDS.slice(0, 200).flatMap((seed) => {
      const more = compareArms("slight", trials(seed, 100, slightly)).overall.differences.usdPerAccepted;
      return more?.isClear === false && more.value < -0.0002 ? [{ seed, runsMore: more.runsMore ?? 0 }] : [];
    });
    const settled = unclear.filter(({ seed, runsMore }) => {
      const runs = 100 + 2 * runsMore;
      return compareArms("slight", trials(seed, runs, slightly)).overall.differences.usdPerAccepted?.isClear;
    });

    expect(unclear.length).toBeGreaterThan(20);
    expect(settled.length / unclear.length).toBeGreaterThan(0.5);
  });

  test("is none where there is too little data, and the report says so", () => {
    const few = trials(1, 12).filter(({ stratum }) => stratum === "cheap");
    const { overall, notes } = compareArms("few", few);
    const runs = (arm: "control" | "treatment") => few.filter((trial) => trial.arm === arm).length;

    expect(Object.values(overall.differences)).toEqual([null, null, null, null]);
    expect(notes).toEqual(
      (["control", "treatment"] as const).map(
        (arm) => `Too little data on "cheap": the ${arm} has ${runs(arm)} runs that ended, of at least 10.`,
      ),
    );
  });

  test("is none of nothing", () => {
    const { overall, strata, notes } = compareArms("empty", []);

    expect(overall.control).toEqual({
      runs: 0,
      tasks: 0,
      usdPerAccepted: null,
      acceptance: null,
      escalation: null,
      workedMs: null,
    });
    expect([strata, notes]).toEqual([[], ["No run of this experiment has ended."]]);
  });
});
