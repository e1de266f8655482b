import { claudeAgents, claudeCapabilities, claudeWindows } from "@terrace/agents";
import {
  type Classification,
  defaultRouter,
  definePlan,
  type ErrorCost,
  memoryStore,
  type Proposal,
  type Task,
  type TaskRouting,
  type Team,
} from "@terrace/core";
import { type Settings, settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readGoal, toErrorCost, toTokens } from "../input.js";
import { clientOf } from "../runs/claude-client.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { lookForStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { formatMicroUsd, formatMs } from "../text/format.js";
import { createPalette, type Palette, paintTier } from "../text/palette.js";
import { safeJson, safeText } from "../text/safe-text.js";
import { tally } from "../text/tally.js";
import { wrap } from "../text/wrap.js";

/** Options of `terrace route`. */
export interface RouteOptions extends StoreOptions {
  readonly kind?: string;
  readonly role?: string;
  readonly tier?: string;
  readonly errorCost?: string;
  readonly domain?: string;
  readonly userTier?: string;
  readonly contextTokens?: string;
  /** Whether a model is asked what sort of task it is. */
  readonly classify?: boolean;
  readonly pin?: string;
  readonly json?: boolean;
}

/** What a model said of the task, and what asking it took. */
interface Asked extends Classification {
  readonly microUsd: number | null;
  readonly latencyMs: number;
}

/** Shows where a task would start, and what every router has to say of it. Asks no model unless it is told to. */
export async function routeCommand(
  given: string | undefined,
  options: RouteOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const brief = await readGoal(given, {}, surroundings, "task");
  const settings = await settingsOf(surroundings);
  const { team } = settings;
  const task = taskOf(team, brief, options);
  const contextTokens = toTokens("--context-tokens", options.contextTokens);
  const classifier = options.classify === true ? team.ladder[0] : undefined;
  const router = team.router ?? routerFor(team, classifier);
  const kept = lookForStore(options, settings);
  try {
    const asked = classifier === undefined ? null : await ask(settings, classifier, task);
    const { domain, userTier, pin } = options;
    const [routing] = await idleOrchestrator(settings, kept?.runs ?? memoryStore()).route(planOf(task), {
      router,
      ...(domain === undefined ? {} : { domain }),
      ...(userTier === undefined ? {} : { userTier }),
      ...(pin === undefined ? {} : { pins: { [task.id]: pin } }),
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(asked === null ? {} : { classifications: { [task.id]: sayingOf(asked) } }),
    });
    const { taskId: _, ...found } = routing as TaskRouting;
    const silent = silentIn(router.name, found.proposals);
    if (options.json === true) {
      stdout.write(`${safeJson({ type: "route", ...found, silent, classification: asked })}\n`);
    } else stdout.write(describe(found, silent, asked, team, createPalette(wantsColour(stdout, env))));
    return EXIT.accepted;
  } finally {
    await kept?.close();
  }
}

/** The routers that are asked where the team has none. */
function routerFor({ ladder }: Team, classifier: string | undefined): ReturnType<typeof defaultRouter> {
  const models = { windows: claudeWindows, capabilities: claudeCapabilities };
  return defaultRouter({ ladder, ...models, ...(classifier === undefined ? {} : { classifier }) });
}

function taskOf(team: Team, brief: string, { kind, role, tier, errorCost }: RouteOptions): Task {
  const cost: ErrorCost | undefined = toErrorCost(errorCost);
  const { tasks } = definePlan(team, {
    tasks: [
      {
        id: "task",
        brief,
        role: role ?? Object.keys(team.executors)[0] ?? "",
        ...(kind === undefined ? {} : { kind }),
        ...(tier === undefined ? {} : { tier }),
        ...(cost === undefined ? {} : { errorCost: cost }),
      },
    ],
  });
  const [task] = tasks as [Task];
  return { ...task, plannedTier: task.tier };
}

function planOf({
  plannedTier: _,
  ...task
}: Task): Parameters<ReturnType<typeof idleOrchestrator>["route"]>[0] {
  return { tasks: [task], answer: task.id };
}

/** @throws UsageError when the settings name neither key nor server, or no answer comes that can be used */
async function ask(settings: Settings, tier: string, task: Task): Promise<Asked> {
  const { team } = settings;
  const agents = claudeAgents({ client: await clientOf(settings) });
  const { model, effort } = team.models[tier] as Team["models"][string];
  const calls = tally();
  const answer = await agents.classify({
    runId: "route",
    goal: "",
    task,
    route: { tier, model, effort },
    retry: 0,
    urgency: "live",
    prices: team.prices,
    signal: new AbortController().signal,
    calls,
  });
  if (answer.outcome === "ok") return { ...answer.value, ...calls.spent() };
  const { message } = answer.fault;
  throw new UsageError(
    `${model} did not say what sort of task it is: ${message} Leave --classify out to go without.`,
  );
}

function sayingOf({ complexity, errorCost, reason }: Asked): Classification {
  return { complexity, errorCost, reason };
}

/** The routers that made no proposal. A name with a bracket after it is made of others. */
function silentIn(name: string, proposals: readonly Proposal[]): readonly string[] {
  const leaves = name.match(/[\w-]+(?![\w-]*\()/g) ?? [];
  return leaves.filter((leaf) => !proposals.some(({ router }) => router === leaf));
}

function describe(
  { tier, router, reason, proposals, maxTokens }: Omit<TaskRouting, "taskId">,
  silent: readonly string[],
  asked: Asked | null,
  { ladder }: Team,
  palette: Palette,
): string {
  const { bold, dim } = palette;
  const cap = maxTokens === null ? "" : `, and may write ${maxTokens} tokens`;
  const lines = [
    bold(`Starts at ${paintTier(palette, ladder, tier)}${cap}, by ${router}.`),
    indent(reason),
    "",
  ];
  for (const proposal of proposals) {
    // The reason of the winner stands above, with what its role made of it.
    const won = proposal.router === router && reason.startsWith(proposal.reason);
    const said = `${proposal.router} proposes ${paintTier(palette, ladder, proposal.tier)}, ${proposal.confidence}`;
    lines.push(...(won ? [bold(`✔ ${said}`)] : [`· ${said}`, dim(indent(proposal.reason))]));
  }
  if (silent.length > 0) lines.push("", dim(wrap(`No proposal from ${silent.join(", ")}.`, 80)));
  if (asked !== null) {
    const cost = asked.microUsd === null ? "an unknown amount" : formatMicroUsd(asked.microUsd);
    lines.push(dim(`The classifier took ${formatMs(asked.latencyMs)} and ${cost}.`));
  }
  return `${lines.join("\n")}\n`;
}

function indent(text: string): string {
  return wrap(safeText(text).replace(/\s+/g, " "), 76).replace(/^/gm, "    ");
}
