// What servers are given that nobody else is to see: tokens and the like, known by their names.

import { entriesOf, type McpConfig, VARIABLE } from "./mcp-config.js";

/** Names of variables and headers whose values are secret. */
const SECRET = /key|token|secret|password|passwd|credential|authorization|cookie/i;

/**
 * The values that the servers of a configuration are given under names such as `API_TOKEN` and `Authorization`, and those of
 * such variables: so that they can be taken out of what is recorded and shown.
 *
 * @throws DeclarationError when the configuration cannot be read.
 */
export function mcpSecrets(
  config: string | McpConfig,
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  const found = entriesOf(config).flatMap(([, server]) => {
    const { env: own, headers } = (server ?? {}) as { readonly env?: unknown; readonly headers?: unknown };
    const given = [...Object.entries(own ?? {}), ...Object.entries(headers ?? {})];
    const named = given.filter(([name, value]) => SECRET.test(name) && typeof value === "string");
    // A scheme before it, such as `Bearer`, is no part of the secret.
    const values = named.map(([, value]) => filled(String(value), env).replace(/^[A-Za-z]+ +/, ""));
    const variables = [...JSON.stringify(server ?? null).matchAll(VARIABLE)].map(([, name = ""]) => name);
    return [...values, ...variables.filter((name) => SECRET.test(name)).map((name) => env[name] ?? "")];
  });
  return [...new Set(found)].filter((value) => value !== "");
}

function filled(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    VARIABLE,
    (_, name: string, otherwise: string | undefined) => env[name] ?? otherwise ?? "",
  );
}
