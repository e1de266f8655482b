import Anthropic from "@anthropic-ai/sdk";
import { claudeTeam, type MessagesClient } from "@terrace/agents";
import { defineTeam, type Team } from "@terrace/core";
import { type Surroundings, UsageError } from "./surroundings.js";

/** A client for a server on this machine, whatever the environment says about Anthropic. */
export function localClient(baseURL: string): MessagesClient {
  return new Anthropic({ ...QUIET, baseURL, apiKey: "terrace-demo", authToken: null });
}

/**
 * A client as the environment describes it.
 *
 * @throws UsageError when it names neither a key nor a server
 */
export function clientFromEnvironment(env: Surroundings["env"]): MessagesClient {
  const baseURL = given(env, "ANTHROPIC_BASE_URL");
  const apiKey = given(env, "ANTHROPIC_API_KEY");
  const authToken = given(env, "ANTHROPIC_AUTH_TOKEN");
  const hasKey = apiKey !== undefined || authToken !== undefined;
  if (!hasKey && baseURL === undefined) {
    throw new UsageError(
      "There is no key for Claude: expected ANTHROPIC_API_KEY in the environment, or ANTHROPIC_BASE_URL for a " +
        "server of your own that speaks the Messages API, got neither. Set one of them; `terrace demo` needs none.",
    );
  }
  if (baseURL !== undefined && !URL.canParse(baseURL)) {
    throw new UsageError(
      `Expected ANTHROPIC_BASE_URL to be a URL such as http://localhost:8080, got "${baseURL}".`,
    );
  }
  return new Anthropic({
    ...QUIET,
    ...(baseURL === undefined ? {} : { baseURL }),
    // A server of one's own may ask for no key, but the client does not go without one.
    apiKey: apiKey ?? (hasKey ? null : "none"),
    authToken: authToken ?? null,
  });
}

/** What must not be recorded or shown. */
export function secretsOf(env: Surroundings["env"]): readonly string[] {
  return ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].flatMap((name) => given(env, name) ?? []);
}

/** The default team, on the models that the environment names; the names are those that Claude Code reads. */
export function teamFromEnvironment(env: Surroundings["env"]): Team {
  const models = Object.fromEntries(
    claudeTeam.ladder.map((tier) => [
      tier,
      given(env, `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`) ?? claudeTeam.models[tier].model,
    ]),
  );
  const { ladder, planner, executors } = claudeTeam;
  return defineTeam<string, string>({
    ladder,
    models,
    planner,
    executors: { worker: { tier: executors.worker.tier, instructions: executors.worker.instructions } },
  });
}

/** Retries are the run's affair, and the client's own log has no place in the output. */
const QUIET = { maxRetries: 0, logLevel: "off" } as const;

function given(env: Surroundings["env"], name: string): string | undefined {
  const value = env[name]?.trim() ?? "";
  return value === "" ? undefined : value;
}
