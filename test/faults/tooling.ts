// Executors with tools: what a script has them ask for, and what they were shown.
import { defineTool, type Tool, type ToolDefinition } from "@terrace/agents";
import { defineTeam, type Team } from "@terrace/core";
import type { GivenAnswer, Simulator } from "@terrace/simulator";
import { z } from "zod";
import { one, play, type Scene } from "./whole-run.js";

/** A tool call as a model makes it. */
export const use = (name: string, input: unknown = {}, id: string = `toolu_${name}`) => ({
  type: "tool_use",
  id,
  name,
  input,
});

/** An answer that asks for tools. */
export const asks = (...content: readonly ReturnType<typeof use>[]): GivenAnswer => ({ raw: "", content });

/** A tool that takes anything, brings "found" and has no effect, unless a test says otherwise. */
export const tool = (changes: Partial<ToolDefinition<z.ZodType>> = {}) =>
  defineTool({
    name: "look",
    description: "Looks.",
    input: z.looseObject({}),
    hasEffect: false,
    run: () => "found",
    ...changes,
  });

/** A team whose workers have these tools. */
export const teamWith = (...tools: readonly string[]): Team =>
  defineTeam({
    models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", instructions: "You work.", tools } },
    reviewer: { auditShare: 0 },
  });

/** What a tool brought, as the model was shown it, without the fence around it. */
export interface Shown {
  readonly id: string;
  readonly content: string;
  readonly isError: boolean;
}

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

interface ResultBlock {
  readonly type: string;
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error?: boolean;
}

/** What each request showed of tools, of requests that did; the last turn of each. */
export function shownOf(simulator: Simulator): readonly (readonly Shown[])[] {
  return simulator.requests.flatMap(({ body }) => {
    const { content } = (body as Body).messages.at(-1) ?? {};
    const results = Array.isArray(content) ? (content as ResultBlock[]) : [];
    const shown = results.filter(({ type }) => type === "tool_result").map(toShown);
    return shown.length === 0 ? [] : [shown];
  });
}

function toShown({ tool_use_id: id, content, is_error: isError = false }: ResultBlock): Shown {
  const quoted = /<<<([0-9a-f]{32})\n([\s\S]*)\n\1>>>$/.exec(content)?.[2];
  return { id, content: quoted ?? content, isError };
}

/** Plays a run of one task whose executor asks for tools, then answers "done". */
export async function playTools(
  tools: readonly Tool[],
  turns: readonly GivenAnswer[],
  { names = ["look"], ...scene }: Scene & { readonly names?: readonly string[] } = {},
) {
  const warnings: string[] = [];
  const played = await play(one, {
    team: teamWith(...names),
    script: {
      execute: { a: { "*": [...turns, { output: "done" }] } },
      review: {
        "*": { "*": { criteria: [{ criterion: 0, met: true, finding: "" }], problems: [], blame: "" } },
      },
    },
    ...scene,
    client: { tools, warn: (line) => void warnings.push(line), ...scene.client },
  });
  return { ...played, shown: shownOf(played.simulator), warnings };
}
