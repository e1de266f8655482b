import Anthropic from "@anthropic-ai/sdk";
import { type ClaudeAgentsOptions, claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam, type OrchestratorOptions, type Plan, type Run } from "@terrace/core";
import { countingIds, planOf, type TaskSketch } from "@terrace/core/testing";
import {
  type Faults,
  readMarkers,
  type Script,
  type Simulator,
  type SimulatorOptions,
  scriptedWorld,
  startSimulator,
  type WorkMarkers,
  type World,
} from "@terrace/simulator";
import { onTestFinished } from "vitest";

/** Claude at three tiers, with no audits; `writer` never goes below Sonnet. */
export const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: {
    worker: { tier: "haiku", instructions: "You work." },
    writer: { tier: "sonnet", minTier: "sonnet", instructions: "You write." },
  },
  reviewer: { auditShare: 0 },
});

/** Tasks with one criterion each. */
export const planFor = (tasks: { readonly [id: string]: TaskSketch }): Plan =>
  planOf(
    Object.fromEntries(
      Object.entries(tasks).map(([id, task]) => [id, { criteria: ["It is right."], ...task }]),
    ),
  );

/** One task, `a`. */
export const one = planFor({ a: {} });

/** A review of the one criterion that is met. */
export const met = { criteria: [{ criterion: 0, met: true, finding: "" }], problems: [], blame: "" };

/** A review of the one criterion that is not, which may hold an input responsible. */
export const unmet = (finding: string, blame = "") => ({
  criteria: [{ criterion: 0, met: false, finding }],
  problems: [],
  blame,
});

/** A script in which everything goes well, but for what a test says. */
export const going = ({ plan = one, execute = {}, review = {} }: Script = {}): Script => ({
  plan,
  execute: { ...execute, "*": { "*": { output: "done" } } },
  review: { ...review, "*": { "*": met } },
});

/** What a run meets. */
export interface Scene extends Partial<OrchestratorOptions> {
  readonly script?: Script;
  /** Instead of a script. */
  readonly world?: World;
  readonly faults?: Faults;
  readonly latency?: SimulatorOptions["latency"];
  readonly client?: ClaudeAgentsOptions;
}

/** Starts a run of the real agents, over the real client and real HTTP; waits between retries are as short as can be. */
export async function begin(
  work: string | Plan,
  {
    script = going(),
    world = scriptedWorld(script),
    faults = [],
    latency = 0,
    client,
    ...options
  }: Scene = {},
): Promise<{ readonly run: Run; readonly simulator: Simulator }> {
  const simulator = await startSimulator({ world, faults, latency });
  onTestFinished(() => simulator.close());
  const vendor = new Anthropic({
    apiKey: "no-key",
    baseURL: simulator.url,
    openTelemetry: false,
    logLevel: "off",
  });
  const agents = claudeAgents({ client: vendor, env: { random: () => 0 }, warn: () => {}, ...client });
  const orchestrator = createOrchestrator({
    agents,
    team,
    ...options,
    env: { ...countingIds(), ...options.env },
  });
  return { run: orchestrator.submit(work) as Run, simulator };
}

/** The same, to the end of the run or its first pause. */
export async function play(work: string | Plan, scene: Scene = {}) {
  const { run, simulator } = await begin(work, scene);
  const outcome = await run.result().then(
    ({ answer }) => ({ answer, message: "" }),
    (error: Error) => ({ answer: undefined, message: error.message }),
  );
  const message = hostless(outcome.message);
  return {
    run,
    simulator,
    ...outcome,
    message,
    ending: hostless(run.state.ending),
    asked: askedOf(simulator),
  };
}

function hostless(message: string): string {
  return message.replace(/127\.0\.0\.1:\d+/g, "HOST");
}

/** One request as the simulator received it. */
export interface Asked extends WorkMarkers {
  readonly model: string;
  readonly maxTokens: number;
  readonly system: string;
  readonly user: string;
  /** The fields of the body. */
  readonly fields: readonly string[];
}

interface Body {
  readonly model: string;
  readonly max_tokens: number;
  readonly system: readonly [{ readonly text: string }];
  readonly messages: readonly [{ readonly content: string }];
}

/** What the simulator was asked, in order. */
export function askedOf(simulator: Simulator): readonly Asked[] {
  return simulator.requests.map(({ body }) => {
    const { model, max_tokens: maxTokens, system, messages } = body as Body;
    const words = { system: system[0].text, lastUserText: messages[0].content, body };
    const line = /haiku|sonnet|opus/.exec(model)?.[0];
    const markers = readMarkers({ ...words, line } as Parameters<typeof readMarkers>[0]);
    return {
      ...markers,
      model,
      maxTokens,
      system: words.system,
      user: words.lastUserText,
      fields: Object.keys(body as Body),
    };
  });
}

/** Purpose, task and tier of each request, in order: `execute a haiku`. */
export const workOf = (asked: readonly Asked[]): readonly string[] =>
  asked.map(({ purpose, taskId, tier }) => (purpose === "plan" ? "plan" : [purpose, taskId, tier].join(" ")));
