// Asks the provider about each model, which costs nothing.

import type { Settings } from "../config/settings.js";
import { anthropicOf } from "../runs/claude-client.js";
import { safeLine } from "../text/safe-text.js";
import type { CheckLine } from "./checks.js";

const TIMEOUT_MS = 10_000;

/** What the provider says of the models. */
export async function checkModels(settings: Settings): Promise<readonly CheckLine[]> {
  const { team, provider, config } = settings;
  if (provider !== "anthropic" || config.client !== undefined) {
    return [{ name: "models", status: "ok", text: "not asked: such a client lists none" }];
  }
  const client = anthropicOf(settings);
  const models = [...new Set(team.ladder.map((tier) => team.models[tier]?.model ?? ""))];
  return await Promise.all(models.map((model) => checkModel(client, model)));
}

async function checkModel(client: ReturnType<typeof anthropicOf>, model: string): Promise<CheckLine> {
  const name = "models";
  try {
    const { lifecycle, retires_at } = await client.models.retrieve(model, null, { timeout: TIMEOUT_MS });
    const until =
      retires_at === null || retires_at === undefined
        ? ""
        : `, until ${String(retires_at).slice(0, 10)} at least`;
    if (lifecycle === "retired") {
      return { name, status: "error", text: `"${model}" is retired. Name another in \`models\`.` };
    }
    if (lifecycle === "deprecated") {
      return {
        name,
        status: "warning",
        text: `"${model}" is deprecated${until}. Name another in \`models\`.`,
      };
    }
    return { name, status: "ok", text: `${model}${until}` };
  } catch (error) {
    return failed(model, error);
  }
}

function failed(model: string, error: unknown): CheckLine {
  const name = "models";
  const status = (error as { readonly status?: unknown }).status;
  const type = (error as { readonly error?: { readonly error?: { readonly type?: unknown } } }).error?.error
    ?.type;
  if (status === 401 || status === 403) {
    return {
      name: "key",
      status: "error",
      text: `the provider refuses the key (${status}). Set a valid one.`,
    };
  }
  if (status === 404 && type === "not_found_error") {
    return {
      name,
      status: "error",
      text: `the provider has no model "${model}". Name another in \`models\`.`,
    };
  }
  if (typeof status === "number" && status < 500) {
    return { name, status: "warning", text: `the server does not tell of "${model}" (${status})` };
  }
  const said = error instanceof Error ? safeLine(error.message, 120) : String(error);
  return { name, status: "error", text: `the provider cannot be asked about "${model}": ${said}` };
}
