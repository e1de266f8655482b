import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PassThrough, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  createOrchestrator,
  type Environment,
  type Run,
  type RunEvent,
  type SubmitOptions,
} from "@terrace/core";
import { onTestFinished } from "vitest";
import type { Output, Surroundings } from "../../packages/cli/src/surroundings.js";
import { terrace as command } from "../../packages/cli/src/terrace.js";
import {
  countingIds,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  testTeam,
} from "../../packages/core/src/testing/index.js";
import { laterClock } from "../resume/processes.js";

// Where Ink believes to be in CI it draws its last frame only; it looks once, when the tree is first loaded.
for (const name of Object.keys(process.env))
  if (/^(CI$|CI_|CONTINUOUS_INTEGRATION$)/.test(name)) delete process.env[name];

/** A fresh folder, removed when the test has finished. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "terrace-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The built command, as a reader has it; `scripts/bundle.mjs` makes it before these tests. */
export const COMMAND: string = fileURLToPath(
  new URL("../../packages/cli/dist/bundle/bin.js", import.meta.url),
);

/** A clock on which each look takes a tenth of a second. */
function tickingClock(start = 1_000_000) {
  let now = start;
  return {
    now: () => {
      now += 100;
      return now;
    },
    after: () => () => {},
  };
}

/** The machine's clock, so many milliseconds ago. */
export function clockOf(msAgo: number): Pick<Environment, "now"> {
  return laterClock(-msAgo / 31_000);
}

/** Three tasks: one simple, one that nothing can save, and one that waits for both. */
export const STORY: ScriptedOptions = {
  plan: planOf(
    {
      facts: { criteria: ["Names its source."] },
      draft: { criteria: ["Is complete."] },
      essay: { role: "writer", tier: "sonnet", dependsOn: ["facts", "draft"] },
    },
    "essay",
  ),
  execute: {
    draft: {
      haiku: ok("a start", { confidence: "low", because: "It is a guess." }),
      sonnet: ok("more", { confidence: "medium" }),
      opus: ok("all of it"),
    },
    essay: ok("The essay."),
  },
  review: { draft: [reject("The end is missing."), reject("The middle is missing."), reject("never")] },
  usage: { inputTokens: 100, outputTokens: 10, costMicroUsd: 1_000 },
};

/** The same with a happy end: the third review of `draft` accepts. */
export const HAPPY: ScriptedOptions = {
  ...STORY,
  review: {
    draft: [
      reject("The end is missing."),
      reject("The middle is missing."),
      ({ task }) => ({
        outcome: "ok",
        value: {
          criteria: task.criteria.map((_, criterion) => ({ criterion, met: true, finding: "Yes." })),
          problems: [],
          blame: null,
        },
      }),
    ],
  },
};

/** A run of scripted agents, at rest. */
export async function atRest(
  script: ScriptedOptions = HAPPY,
  goal = "Write about bees.",
  options: SubmitOptions = {},
): Promise<Run> {
  const run = createOrchestrator({
    team: testTeam,
    agents: scriptedAgents(script),
    env: { ...tickingClock(), ...countingIds() },
    concurrency: 1,
  }).submit(goal, options) as unknown as Run;
  await run.result().catch(() => {});
  return run;
}

/** The log of a run of scripted agents, a tenth of a second from each event to the next. */
export async function recorded(script?: ScriptedOptions, goal?: string): Promise<readonly RunEvent[]> {
  return (await atRest(script, goal)).log.map((event, seq) => ({ ...event, at: 1_000_000 + seq * 100 }));
}

/** A stream that keeps what is written to it; a terminal when it is given a size. */
export class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly #chunks: string[] = [];

  constructor(size?: { readonly columns: number; readonly rows: number }) {
    super();
    this.isTTY = size !== undefined;
    this.columns = size?.columns ?? 80;
    this.rows = size?.rows ?? 24;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk.toString("utf8"));
    done();
  }

  /** Everything written, oldest first. */
  get text(): string {
    return this.#chunks.join("");
  }

  get lines(): readonly string[] {
    return this.text.split("\n").filter((line) => line !== "");
  }
}

/** Surroundings without a terminal. */
export function surroundings(
  env: Surroundings["env"] = {},
  stdin = "",
): Surroundings & { readonly stdout: Screen & Output; readonly stderr: Screen & Output } {
  return {
    stdin: Readable.from([Buffer.from(stdin)]) as unknown as PassThrough,
    stdout: new Screen(),
    stderr: new Screen(),
    env,
    hungUp: new AbortController().signal,
  };
}

/** What a process came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the command is run, and with what. */
export interface Terms {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** What is on standard input. */
  readonly stdin?: string;
}

/** Runs the command in this process, as its own process would, and waits for its end. */
export async function terrace(args: readonly string[], terms: Terms = {}): Promise<Ended> {
  const { cwd, env = bare(), stdin } = terms;
  const given = surroundings(env, stdin);
  const before = process.cwd();
  // As in a process of its own, the folder is that of whatever opens a file.
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const code = await command(args, given);
    return { code, stdout: given.stdout.text, stderr: given.stderr.text };
  } finally {
    process.chdir(before);
  }
}

/** Runs the built command in a process of its own and waits for its end. */
export function builtTerrace(args: readonly string[], { cwd, env = bare() }: Terms = {}): Promise<Ended> {
  return program(process.execPath, [COMMAND, ...args], { env, ...(cwd === undefined ? {} : { cwd }) });
}

/** Runs a program and waits for its end. */
export function program(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string | undefined> } = {},
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** The environment without a key or a configuration, and without what a test runner adds. */
export function bare(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter(
    (name) => !/^(ANTHROPIC|TERRACE|VITEST|NODE_TEST|FORCE_COLOR)/.test(name),
  );
  const own = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  return { ...own, XDG_CONFIG_HOME: join(tmpdir(), "terrace-test-nowhere") };
}
