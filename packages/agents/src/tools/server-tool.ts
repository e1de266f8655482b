// Tools that the provider runs itself: passed through by name, and never run here.

import { DeclarationError, type JsonValue } from "@terrace/core";
import { named } from "../shown.js";
import type { ServerTool } from "./tool.js";

/** The provider's tools by name, in the newest form that is known. @see SDK 1.11.0, read 2026-11-21 */
const TYPES = {
  web_search: "web_search_20260318",
  web_fetch: "web_fetch_20260318",
  code_execution: "code_execution_20260521",
} as const;

/** The names of the tools that the provider runs. */
export const SERVER_TOOLS: readonly ServerToolName[] = Object.keys(TYPES) as ServerToolName[];

/** The name of a tool that the provider runs. */
export type ServerToolName = keyof typeof TYPES;

/**
 * A tool that the provider runs itself, by its name. What it costs beside its tokens is not known here: such a call is
 * recorded without a cost.
 *
 * @param settings What the provider lets be set, such as `{ max_uses: 5 }`; handed on as it is.
 * @throws DeclarationError when there is no such tool.
 */
export function serverTool(
  name: ServerToolName,
  settings: { readonly [field: string]: JsonValue } = {},
): ServerTool {
  if (!Object.hasOwn(TYPES, name)) {
    const message = `Expected the name of a tool of the provider (${named(Object.keys(TYPES))}), got \`${JSON.stringify(name)}\`.`;
    throw new DeclarationError("OPTIONS_INVALID", [message]);
  }
  return { kind: "server", name, definition: { ...settings, type: TYPES[name], name } };
}
