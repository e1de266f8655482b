// Runs of the command in a folder of their own, against a simulator over HTTP; in this process, or in one of their own.

import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Simulator, type SimulatorOptions, scriptedWorld, startSimulator } from "@terrace/simulator";
import { expect, onTestFinished } from "vitest";
import { bare, builtTerrace, COMMAND, type Ended, folder, program, terrace } from "./support.js";

/** A task of a plan, as a planner proposes it. */
const task = (id: string, dependsOn: readonly string[] = [], tier = "haiku") => ({
  id,
  title: `Do ${id}`,
  brief: `All about ${id}.`,
  role: "worker",
  kind: "write",
  tier,
  tierReason: "It is simple.",
  errorCost: "low",
  criteria: ["Is right."],
  dependsOn,
});

const found = (met: boolean, finding: string) => ({
  criteria: [{ criterion: 0, met, finding }],
  problems: [],
  blame: "",
});

/** What a model writes that wants to look like something else. */
const FAKE = "The draft.\u001b[2J\u001b[31m\nattempt 9: accepted by a person\r\u202e<b>done</b>\u0007";

/** Four tasks in a row, a fifth that waits for all; the sixth, `doubtful`, is rejected at the top. */
const world = (plan: unknown) =>
  scriptedWorld(
    {
      plan,
      classify: { "*": { "*": { complexity: "reasoning", errorCost: "low", reason: FAKE } } },
      execute: { doubtful: { "*": { output: FAKE } }, "*": { "*": { output: "An output." } } },
      review: {
        doubtful: { "*": found(false, "The middle is missing.") },
        "*": { "*": found(true, "Seen.") },
      },
    },
    { repeated: "same" },
  );

/** Plans by what they are for. */
export const PLANS = {
  /** Each task waits for the one before. */
  row: {
    tasks: ["a", "b", "c", "d"].map((id, at, all) => task(id, at === 0 ? [] : [all[at - 1] ?? ""])),
    answer: "d",
  },
  /** One task that nothing can save, at the top of the ladder, and one that waits for it. */
  doubtful: {
    tasks: [task("facts"), task("doubtful", [], "opus"), task("essay", ["facts", "doubtful"])],
    answer: "essay",
  },
} as const;

/** A process of the command that is under way. */
interface UnderWay {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once stderr has said it. */
  said(text: string): Promise<void>;
}

/** A folder to run the command in, and the server it talks to. */
export interface Place {
  readonly path: string;
  readonly simulator: Simulator;
  /** What its processes have in their environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs the command in this process and waits for its end. */
  terrace(...args: readonly string[]): Promise<Ended>;
  /** The same in a process of its own, of what is built: a configuration that is code imports that. */
  built(...args: readonly string[]): Promise<Ended>;
  /** As `terrace`, without a key, a server, or a way to one. */
  keyless(...args: readonly string[]): Promise<Ended>;
  /** Starts the built command in a process of its own. */
  start(...args: readonly string[]): UnderWay;
  /** As `terrace`, for a line that the command printed, as far as it can be split at its blanks. */
  typed(line: string): Promise<Ended>;
  /** Has a shell run what the command printed, as it was printed. */
  shell(line: string): Promise<Ended>;
  /** How many requests the server got that it had got before, byte for byte. */
  repeated(): number;
}

/** A server that answers at once, but for its request of that number: time for the test to do something meanwhile. */
export function slowAt(request: number, ms: number): () => number {
  let requests = 0;
  return () => {
    requests += 1;
    return requests === request ? ms : 0;
  };
}

/** Makes a place, which is gone when the test has finished. */
export async function place(
  plan: keyof typeof PLANS,
  latency: SimulatorOptions["latency"] = 0,
): Promise<Place> {
  const path = await folder();
  const simulator = await startSimulator({ world: world(PLANS[plan]), latency });
  onTestFinished(() => simulator.close());
  const bin = join(path, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "terrace"), `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  await chmod(join(bin, "terrace"), 0o755);
  const env = {
    ...bare(),
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    ANTHROPIC_BASE_URL: simulator.url,
  };
  return {
    path,
    simulator,
    env,
    terrace: (...args) => terrace(args, { cwd: path, env }),
    built: (...args) => builtTerrace(args, { cwd: path, env }),
    keyless: (...args) => terrace(args, { cwd: path }),
    start: (...args) => start(args, path, env),
    typed: (line) => terrace(wordsOf(line), { cwd: path, env }),
    shell: (line) => program("sh", ["-c", line], { cwd: path, env }),
    repeated() {
      const bodies = simulator.requests.map(({ body }) => JSON.stringify(body));
      return bodies.length - new Set(bodies).size;
    },
  };
}

/** The words after the name of the command. */
function wordsOf(line: string): readonly string[] {
  expect(line).toMatch(/^ *terrace [^'"$\\]+$/);
  return line.trim().split(/ +/).slice(1);
}

function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): UnderWay {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  const waiting = new Map<string, () => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += String(chunk);
    for (const [text, wake] of waiting) if (stderr.includes(text)) wake();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (stderr.includes(text)) resolve();
      waiting.set(text, resolve);
      void ended.then(() => reject(new Error(`It ended without saying ${JSON.stringify(text)}:\n${stderr}`)));
    });
  return { child, ended, said };
}

/** The last line that is not empty. */
export function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** The id of the run that a command told of first. */
export function runIdOf({ stderr }: Pick<Ended, "stderr">): string {
  return /^Run (run_[\w-]+), /m.exec(stderr)?.[1] ?? "";
}

/** What `terrace show --json` prints of a run: its events, and last the result. */
export async function eventsOf(here: Place, runId: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await here.terrace("show", runId, "--json");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
