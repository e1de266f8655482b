// What models say in a run whose plan grows: a list of 200, a task that nothing saves, and a goal within the goal.
import { planOf, taskOf } from "@terrace/core/testing";
import { readMarkers, scriptedWorld, type World, type WorldRequest } from "@terrace/simulator";

/** The goal, the team, and how far the plan may grow: what all processes of the run share. */
export const SHARED = {
  goal: "Say when each company was founded, and what the market makes of it.",
  team: {
    models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", instructions: "You work." } },
    // Who is audited depends on the run's id. What is extracted is not reviewed: it is many, and the test is to be short.
    reviewer: { auditShare: 0, sample: { extract: 0 } },
  },
  limits: { maxItems: 200, maxNesting: 1, maxRevisions: 1 },
} as const;

export const COUNT = 200;
const companies = Array.from({ length: COUNT }, (_, index) => `Company ${index + 1}`);

/** What came of each company, in order. */
const FOUNDED: string = companies.map((_, index) => `founded in ${1_800 + index}`).join("; ");
/** The answer of the run. */
export const ANSWER = `${FOUNDED}. The register. Calm`;

const plan = planOf({
  companies: {},
  facts: { dependsOn: ["companies"], forEach: "companies", kind: "extract" },
  report: { dependsOn: ["facts"] },
  archive: {},
  market: { dependsOn: ["report", "archive"], subgoal: 0.5 },
  letter: { dependsOn: ["report", "archive", "market"] },
});

const fine = { criteria: [], problems: [], blame: "" };
const poor = { criteria: [], problems: [{ description: "It is not there.", blocking: true }], blame: "" };

const scripted = scriptedWorld(
  {
    plan,
    revise: {
      market: planOf({ size: { dependsOn: ["report"] }, mood: { dependsOn: ["size"] } }),
      archive: {
        tasks: [
          taskOf("register"),
          taskOf("market", { dependsOn: ["report", "register"], subgoal: 0.5 }),
          taskOf("letter", { dependsOn: ["report", "register", "market"] }),
        ],
        withdraw: ["archive"],
        answer: "letter",
        reason: "The register has what the archive lacks.",
      },
    },
    execute: {
      companies: { "*": { output: JSON.stringify(companies) } },
      archive: { haiku: { output: "A" }, sonnet: { output: "B" }, opus: { output: "C" } },
      register: { "*": { output: "The register" } },
      "market-size": { "*": { output: "Large" } },
      "market-mood": { "*": { output: "Calm" } },
    },
    review: { archive: { "*": poor }, "*": { "*": fine } },
  },
  { repeated: "same" },
);

/** Outputs that rest on what the task is shown; the rest is scripted. */
function work(taskId: string, { lastUserText }: WorldRequest): string | undefined {
  const found = (pattern: RegExp) => [...lastUserText.matchAll(pattern)].map(([, each]) => each ?? "");
  if (taskId.startsWith("facts-")) return `founded in ${1_799 + Number(found(/^Company (\d+)$/gm)[0])}`;
  if (taskId === "report") return found(/^(founded in \d+)$/gm).join("; ");
  if (taskId !== "letter") return undefined;
  return [...found(/^(founded in 1800; .*)$/gm), ...found(/^(The register)$/gm), ...found(/^(Calm)$/gm)].join(
    ". ",
  );
}

/** The world; `hears` is told of each request before it is answered. */
export function growingWorld(hears: (purpose: string, taskId: string) => void): World {
  return {
    answer(request) {
      const { purpose, taskId = "" } = readMarkers(request);
      hears(purpose, taskId);
      const output = purpose === "execute" ? work(taskId, request) : undefined;
      if (output === undefined) return scripted.answer(request);
      const said = { output, confidence: "high", because: "It was there.", unverified: [] };
      return { json: { ...said, contradiction: "" } };
    },
  };
}
