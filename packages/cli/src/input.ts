// What a command is asked to do: the goal, the plan, the figures on the command line.

import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import {
  type Budget,
  DeclarationError,
  type ErrorCost,
  type OnExceed,
  type Plan,
  type TableRow,
  type Urgency,
} from "@terrace/core";
import { type Surroundings, UsageError } from "./surroundings.js";

/** Where the work to do is found, when it is not on the command line. */
export interface WorkOptions {
  /** A file that holds the goal. */
  readonly file?: string;
  /** A file that holds a plan, as `terrace plan --json` prints it. */
  readonly plan?: string;
}

/** What a run may spend, on the command line. */
export interface BudgetOptions {
  readonly budgetUsd?: string;
  readonly softUsd?: string;
  readonly maxTokens?: string;
  readonly maxCalls?: string;
  readonly onExceed?: string;
}

/** How many calls may be under way at once. */
export function toConcurrency(given: string | undefined): number {
  return toCount("--concurrency", given, 8);
}

/** A whole number from 1 to 10000 from the command line. @throws UsageError for anything else */
export function toCount(option: string, given: string | undefined, otherwise: number): number {
  return given === undefined ? otherwise : readCount(option, given, 10_000);
}

/** A share, above 0 and up to 1. @throws UsageError for anything else */
export function toShare(option: string, given: string | undefined, otherwise: number): number {
  const share = given === undefined ? otherwise : Number(given);
  if (share > 0 && share <= 1 && given?.trim() !== "") return share;
  throw new UsageError(`Expected ${option} to be a share above 0 and up to 1, such as 0.3, got "${given}".`);
}

/**
 * What a run may spend; `undefined` when nothing is said of it.
 *
 * @throws UsageError when an amount, a count or a word is none, or the soft bound lies above the hard one
 */
export function toBudget(options: BudgetOptions): Budget | undefined {
  const { budgetUsd, softUsd, maxTokens, maxCalls, onExceed } = options;
  const budget: Budget = {
    ...(budgetUsd === undefined ? {} : { hardUsd: readUsd("--budget-usd", budgetUsd) }),
    ...(softUsd === undefined ? {} : { softUsd: readUsd("--soft-usd", softUsd) }),
    ...(maxTokens === undefined ? {} : { maxTokens: readCount("--max-tokens", maxTokens, MOST_TOKENS) }),
    ...(maxCalls === undefined ? {} : { maxCalls: readCount("--max-calls", maxCalls, 1_000_000) }),
    ...(onExceed === undefined ? {} : { onExceed: readWord("--on-exceed", onExceed, ON_EXCEED) }),
  };
  const { hardUsd = Number.POSITIVE_INFINITY, softUsd: soft = 0 } = budget;
  if (soft > hardUsd) {
    throw new UsageError(
      `Expected --soft-usd to be at most what --budget-usd allows, ${hardUsd}, got "${softUsd}".`,
    );
  }
  return Object.keys(budget).length === 0 ? undefined : budget;
}

/** A budget that bounds something. @throws UsageError when it only says what becomes of a run that may spend no more */
export function bounding(budget: Budget): Budget {
  if (Object.keys(budget).some((name) => name !== "onExceed")) return budget;
  throw new UsageError(
    "Expected --on-exceed beside a bound (--budget-usd, --soft-usd, --max-tokens or --max-calls), got none. Name one.",
  );
}

/** Whether tasks may wait for a batch; `undefined` when nothing is said of it. @throws UsageError for another word */
export function toUrgency(given: string | undefined): Urgency | undefined {
  return given === undefined ? undefined : readWord("--urgency", given, URGENCIES);
}

/** US dollars above which a person approves; `undefined` when nothing is said of it. @throws UsageError for no amount */
export function toApproval(given: string | undefined): number | undefined {
  return given === undefined ? undefined : readUsd("--approve-above-usd", given, "from 0");
}

/** US dollars above 0; `undefined` when nothing is said of it. @throws UsageError for anything else */
export function toUsd(option: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : readUsd(option, given);
}

/** What an error costs; `undefined` when nothing is said of it. @throws UsageError for another word */
export function toErrorCost(given: string | undefined): ErrorCost | undefined {
  return given === undefined ? undefined : readWord("--error-cost", given, ERROR_COSTS);
}

/** A number of tokens; `undefined` when nothing is said of it. @throws UsageError for anything else */
export function toTokens(option: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : readCount(option, given, MOST_TOKENS);
}

const MOST_TOKENS = 1_000_000_000_000;
const ON_EXCEED: readonly OnExceed[] = ["pause", "degrade", "stop"];
const ERROR_COSTS: readonly ErrorCost[] = ["low", "high"];
const URGENCIES: readonly Urgency[] = ["live", "batch"];

function readWord<Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw new UsageError(`Expected ${option} to be one of ${words.join(", ")}, got "${given}".`);
}

/** A whole number from the command line. @throws UsageError for anything else */
export function readCount(option: string, given: string, most: number, least = 1): number {
  const number = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`Expected ${option} to be a whole number from ${least} to ${most}, got "${given}".`);
}

const MOST_USD = 1_000_000;

function readUsd(option: string, given: string, least: "above 0" | "from 0" = "above 0"): number {
  const amount = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (amount <= MOST_USD && (amount > 0 || (amount === 0 && least === "from 0"))) return amount;
  throw new UsageError(
    `Expected ${option} to be an amount of US dollars ${least} and up to ${MOST_USD}, such as 2.50, got "${given}".`,
  );
}

/**
 * The goal, or a task, from the command line, from standard input (`-`) or from a file.
 *
 * @throws UsageError when there is none, or more than one
 */
export async function readGoal(
  goal: string | undefined,
  { file }: WorkOptions,
  { stdin }: Pick<Surroundings, "stdin">,
  what: "goal" | "task" = "goal",
): Promise<string> {
  if (goal !== undefined && file !== undefined) {
    throw new UsageError("Expected a goal or --file, got both. Leave one out.");
  }
  const text = file !== undefined ? await read(file) : goal === "-" ? await drain(stdin) : (goal ?? "");
  if (text.trim() === "") {
    throw new UsageError(
      `Expected a ${what}, got none. Write it after the command, in quotes: ` +
        `terrace ${what === "goal" ? "run" : "route"} "<${what}>".`,
    );
  }
  return text;
}

/**
 * A goal, or the plan that `--plan` names.
 *
 * @throws UsageError when there is neither, or both
 * @throws DeclarationError when the plan is no JSON
 */
export async function readWork(
  goal: string | undefined,
  options: WorkOptions,
  surroundings: Pick<Surroundings, "stdin">,
): Promise<string | Plan> {
  if (options.plan === undefined) return await readGoal(goal, options, surroundings);
  if (goal !== undefined || options.file !== undefined) {
    throw new UsageError("Expected a goal or --plan, got both. A plan has its goal in it.");
  }
  return await readPlan(options.plan);
}

/**
 * The plan in a file, of which nothing is checked yet but that it is JSON.
 *
 * @throws UsageError when the file cannot be read
 * @throws DeclarationError when the plan is no JSON
 */
export async function readPlan(path: string): Promise<Plan> {
  const text = await read(path);
  try {
    return JSON.parse(text) as Plan;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DeclarationError("PLAN_INVALID", [`The plan "${path}" is not JSON: ${why}`]);
  }
}

/**
 * The JSON in a file.
 *
 * @throws UsageError when it cannot be read, or is none
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await read(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The file "${path}" is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * A routing table in a file: by kind, where its tasks start.
 *
 * @throws UsageError when it is none
 */
export async function readTable(path: string): Promise<{ readonly [kind: string]: TableRow }> {
  const json = await readJsonFile(path);
  if (
    typeof json === "object" &&
    json !== null &&
    !Array.isArray(json) &&
    Object.values(json).every(isTableRow)
  ) {
    return json as { readonly [kind: string]: TableRow };
  }
  throw new UsageError(
    `Expected the table "${path}" to have a tier for each kind, such as {"extract": {"tier": "haiku"}}.`,
  );
}

function isTableRow(row: unknown): row is TableRow {
  if (typeof row !== "object" || row === null) return false;
  const { tier, maxTokens } = row as { readonly tier?: unknown; readonly maxTokens?: unknown };
  return typeof tier === "string" && (maxTokens === undefined || Number.isInteger(maxTokens));
}

/** A person's answer from the command line, or from standard input (`-`). @throws UsageError when it is empty */
export async function readAnswer(given: string, { stdin }: Pick<Surroundings, "stdin">): Promise<string> {
  const text = given === "-" ? (await drain(stdin)).replace(/\r?\n$/, "") : given;
  if (text.trim() !== "") return text;
  throw new UsageError(
    "Expected an answer, got an empty text. To give the task up: terrace reject <run> <task>.",
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `The file "${path}" cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function drain(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}
