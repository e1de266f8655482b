import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import type { MessagesClient, ProviderName } from "@terrace/agents";
import { untrusted } from "../config/environment.js";
import type { Settings } from "../config/settings.js";
import { UsageError } from "../surroundings.js";

/** Retries are the run's affair, and the client's own log has no place in the output. */
const QUIET = { maxRetries: 0, logLevel: "off" } as const;

/** A client for a server on this machine, whatever the environment says about Anthropic. */
export function localClient(baseURL: string): MessagesClient {
  return new Anthropic({ ...QUIET, baseURL, apiKey: "terrace-demo", authToken: null });
}

/**
 * The client that the settings describe.
 *
 * @throws UsageError when they name neither a key nor a server, or the provider's package is missing
 */
export async function clientOf(settings: Settings): Promise<MessagesClient> {
  const { config, provider } = settings;
  if (config.client !== undefined) return config.client();
  return provider === "anthropic" ? anthropicOf(settings) : await cloudClient(provider, settings);
}

/** Anthropic's own client. @throws UsageError when there is neither a key nor a server */
export function anthropicOf(settings: Settings): Anthropic {
  const { baseUrl: baseURL } = settings.config;
  const apiKey = settings.keys.get("ANTHROPIC_API_KEY")?.value;
  const authToken = settings.keys.get("ANTHROPIC_AUTH_TOKEN")?.value;
  const hasKey = apiKey !== undefined || authToken !== undefined;
  if (!hasKey && baseURL === undefined) throw new UsageError(noKey(settings));
  return new Anthropic({
    ...QUIET,
    // Named in any case: left open, it would be read again from an environment that a configuration may have changed.
    baseURL: baseURL ?? "https://api.anthropic.com",
    // A server of one's own may ask for no key, but the client does not go without one.
    apiKey: apiKey ?? (hasKey ? null : "none"),
    authToken: authToken ?? null,
  });
}

/** What is said when there is no key. */
function noKey({ notes }: Pick<Settings, "notes">): string {
  const inFile = notes.some((note) => note === `.env: ${untrusted("ANTHROPIC_API_KEY")}`);
  return (
    "There is no key for Claude: expected ANTHROPIC_API_KEY in the environment, or ANTHROPIC_BASE_URL for a " +
    "server of your own that speaks the Messages API, got neither. Set one of them" +
    `${inFile ? ", or use the key in .env with --trust-project" : ""}; \`terrace demo\` needs none.`
  );
}

/** What must not be recorded or shown. */
export function secretsOf({ keys, tools }: Settings): readonly string[] {
  return [...[...keys.values()].map(({ value }) => value), ...tools.secrets];
}

/** Where the clients of the clouds come from: packages that the user installs beside Terrace. */
const CLOUDS: { readonly [Name in Exclude<ProviderName, "anthropic">]: readonly [id: string, name: string] } =
  {
    bedrock: ["@anthropic-ai/bedrock-sdk", "AnthropicBedrockMantle"],
    vertex: ["@anthropic-ai/vertex-sdk", "AnthropicVertex"],
    foundry: ["@anthropic-ai/foundry-sdk", "AnthropicFoundry"],
  };

type Make = new (options: Readonly<Record<string, unknown>>) => MessagesClient;

/** A cloud's client, which finds its credentials by itself. */
async function cloudClient(
  provider: Exclude<ProviderName, "anthropic">,
  { config, cwd }: Settings,
): Promise<MessagesClient> {
  const [id, name] = CLOUDS[provider];
  let path: string;
  try {
    path = createRequire(join(cwd, "package.json")).resolve(id);
  } catch {
    throw new UsageError(
      `The provider "${provider}" needs ${id}, which is not installed here. Install it: npm install ${id}.`,
    );
  }
  const found = (await import(pathToFileURL(path).href)) as Readonly<Record<string, Make | undefined>>;
  const Client = found[name];
  if (Client === undefined) {
    throw new UsageError(`Expected ${id} to have ${name}, got a version without it. Install a newer one.`);
  }
  try {
    return new Client({ ...QUIET, ...(config.baseUrl === undefined ? {} : { baseURL: config.baseUrl }) });
  } catch (error) {
    const said = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UsageError(`The client of "${provider}" cannot be made: ${said}`);
  }
}
