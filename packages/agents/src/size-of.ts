// What a call will use, before anything of it is known but the task: bounds from the caps, guesses from experience.

import type { CallSize, Material, ProspectiveCall } from "@terrace/core";
import { CLASSIFIER_TOKENS } from "./classifier.js";
import { EXECUTOR_TOKENS } from "./executor.js";
import { room } from "./intake.js";
import { PLANNER_TOKENS } from "./planner.js";
import { classifierSystem } from "./prompts/classifier-prompt.js";
import { executorSystem } from "./prompts/executor-prompt.js";
import { reviewerSystem } from "./prompts/reviewer-prompt.js";
import { REVIEWER_TOKENS } from "./reviewer.js";
import { CLASSIFICATION_SCHEMA, executionForm, REVIEW_SCHEMA } from "./schemas.js";
import { MOST_RESULT_BYTES, MOST_TURNS, MOST_USES } from "./tools/converse.js";
import { MOST_FAMILY_BYTES } from "./tools/mcp-tools.js";

/** English and code, in current tokenizers: from about three to five bytes a token. */
const BYTES_PER_TOKEN = 4;
/** No tokenizer joins more of a usual text into one token. */
const MOST_BYTES_PER_TOKEN = 16;
/** Headings, ids and remarks of checks, in bytes: usually, and more than there ever are. */
const FRAME = { likely: 500, most: 50_000 } as const;
/** The planner's instructions and the description of a team, in bytes. */
const PLANNING = 16_000;
/** The lines around a quotation, in bytes. */
const AROUND = 500;

/** What an answer takes, thinking included, where nothing better is known. In tokens. */
const ANSWERS = { plan: 6_000, classify: 300, execute: 1_500, review: 1_000 } as const;
/** The most that an answer may take; all but a classifier's get more room after one that broke off. */
const CAPS = {
  plan: room(PLANNER_TOKENS, true),
  classify: CLASSIFIER_TOKENS,
  execute: room(EXECUTOR_TOKENS, true),
  review: room(REVIEWER_TOKENS, true),
} as const;

/** The definition of a tool, in bytes: usually, and the most that is let in. */
const USUAL_TOOL = 800;
const MOST_TOOL = 80_000;
/** All tools of an MCP server, by their one name; and how many a server usually has. */
const FAMILY = /^mcp__(?:(?!__).)+$/;
const USUAL_FAMILY = 10;
/** What tools bring in a usual conversation, and the most that they may, with the fences around it; in bytes. */
const USUAL_RESULTS = 8_000;
const MOST_BROUGHT = 2 * MOST_RESULT_BYTES + MOST_TURNS * MOST_USES * 1_500;
const USUAL_TURNS = 3;

/**
 * What a call of these agents will use. At most: no text has more tokens than bytes, what a model wrote has at most twice
 * its tokens when another reads it, and an answer fills the room that it is given after one that broke off.
 */
export function sizeOf(call: ProspectiveCall): CallSize {
  const { tools = [] } = call;
  const size = plainSize(call);
  return tools.length === 0 ? size : withTools(size, tools, turnsOf(call));
}

/** What a call with tools takes more: each turn is shown all that was said and brought before, and the tools. */
function withTools(
  { promptTokens, outputTokens }: CallSize,
  tools: readonly string[],
  turns: number,
): CallSize {
  const families = tools.filter((name) => FAMILY.test(name)).length;
  const single = tools.length - families;
  const { most } = outputTokens;
  return {
    promptTokens: {
      least: promptTokens.least,
      likely:
        promptTokens.likely +
        ((single + families * USUAL_FAMILY) * USUAL_TOOL + USUAL_RESULTS) / BYTES_PER_TOKEN,
      // What was brought is fenced, at most so many times, and each answer is read again as often as there are turns.
      most:
        promptTokens.most +
        2 * (single * MOST_TOOL + families * MOST_FAMILY_BYTES + MOST_BROUGHT) +
        2 * turns * most,
    },
    outputTokens,
    turns: { least: 1, likely: Math.min(USUAL_TURNS, turns), most: turns },
  };
}

function turnsOf({ maxTurns = MOST_TURNS }: ProspectiveCall): number {
  return Math.min(maxTurns, MOST_TURNS);
}

function plainSize(call: ProspectiveCall): CallSize {
  const { purpose, material } = call;
  const bytes = textOf(call);
  return {
    promptTokens: {
      least: Math.floor(bytes / MOST_BYTES_PER_TOKEN) + sum(material, ({ tokens }) => tokens.least),
      likely:
        Math.ceil((bytes + FRAME.likely + material.length * AROUND) / BYTES_PER_TOKEN) +
        sum(material, ({ tokens }) => tokens.likely),
      most:
        2 * bytes +
        FRAME.most +
        sum(material, ({ title, tokens }) => 2 * tokens.most + AROUND + 2 * Buffer.byteLength(title)),
    },
    outputTokens: { least: 1, likely: ANSWERS[purpose], most: CAPS[purpose] },
  };
}

/** The bytes of all that is known of the prompt. */
function textOf(call: ProspectiveCall): number {
  const { goal, task } = call;
  const known = JSON.stringify(task === null ? [goal] : [goal, task.title, task.brief, task.criteria]);
  return Buffer.byteLength(known) + fixedOf(call);
}

function fixedOf(call: ProspectiveCall): number {
  const { purpose, instructions, outputSchema, tools = [] } = call;
  switch (purpose) {
    case "plan":
      return PLANNING + Buffer.byteLength(instructions);
    case "classify":
      return Buffer.byteLength(classifierSystem() + JSON.stringify(CLASSIFICATION_SCHEMA));
    case "execute": {
      const { output, schema } = executionForm(outputSchema);
      return Buffer.byteLength(
        executorSystem(instructions, output, outputSchema, {
          turns: tools.length > 0 ? turnsOf(call) : undefined,
        }) + JSON.stringify(schema),
      );
    }
    case "review":
      return Buffer.byteLength(reviewerSystem(instructions) + JSON.stringify(REVIEW_SCHEMA));
    default:
      return purpose satisfies never;
  }
}

function sum(material: readonly Material[], of: (piece: Material) => number): number {
  return material.reduce((total, piece) => total + of(piece), 0);
}
