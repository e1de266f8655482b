// The command over a store in a server: by configuration, loaded when it is asked, and never with its password.
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { doctorCommand } from "../../packages/cli/src/commands/doctor.js";
import { runCommand } from "../../packages/cli/src/commands/run.js";
import { runsCommand } from "../../packages/cli/src/commands/runs.js";
import { showCommand } from "../../packages/cli/src/commands/show.js";
import { startServer, type TestServer } from "../store/postgres/server.js";
import { inFolder, settingsIn } from "./config/support.js";

const SECRET = "hunter2-secret";
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fsync: "off" });
});
afterAll(() => server.stop());

/** A database of the server, with a password that it does not ask for. */
function urlOf(name: string): string {
  const url = new URL(server.url);
  url.password = SECRET;
  url.pathname = `/${name}`;
  return url.href;
}

const json = (config: object): Record<string, string> => ({ "terrace.config.json": JSON.stringify(config) });

const task = { id: "a", title: "Do a", brief: "All about a.", role: "worker", kind: "write", tier: "haiku" };
const met = { criteria: [{ criterion: 0, met: true, finding: "Seen." }], problems: [], blame: "" };
const WORLD = scriptedWorld({
  plan: {
    tasks: [
      { ...task, tierReason: "It is simple.", errorCost: "low", criteria: ["Is right."], dependsOn: [] },
    ],
    answer: "a",
  },
  execute: { "*": { "*": { output: "An output." } } },
  review: { "*": { "*": met } },
});

test("a run is kept in the database that the configuration names, and found there by later commands", async () => {
  const simulator = await startSimulator({ world: WORLD });
  onTestFinished(() => simulator.close());
  const url = urlOf("postgres");
  const shownAs = url.replace(`:${SECRET}@`, "@");
  const files = json({ store: url });
  const env = { ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: "sk-ant-secret-of-the-test" };
  const around = await inFolder(files, env, { trustProject: true });
  const said = () => `${around.stdout.text}${around.stderr.text}`;
  expect(await runCommand("Write.", { reporter: "line" }, around)).toBe(0);
  const runId = /run_[\w-]+/.exec(around.stderr.text)?.[0] ?? "";
  expect(around.stderr.text).toContain(`kept in ${shownAs}`);
  expect(await runsCommand({}, around)).toBe(0);
  expect(around.stdout.text).toContain(runId);
  expect(await showCommand(runId, {}, around)).toBe(0);
  expect(await doctorCommand({}, around)).toBe(0);
  expect(around.stdout.text).toContain(`${shownAs}, reached`);

  await expect(showCommand("run_unknown", { store: url }, around)).rejects.toThrow(
    `The store is ${JSON.stringify(shownAs)}.`,
  );
  expect(said()).not.toContain(SECRET);
});

test("doctor says what is wrong with a database, in an error and without the password", async () => {
  const around = await inFolder({}, { TERRACE_STORE: urlOf("nowhere"), ANTHROPIC_API_KEY: "sk-ant-secret" });
  expect(await doctorCommand({ json: true, offline: true }, around)).toBe(0);
  expect(around.stdout.text).toContain("/nowhere?");
  const asked = { ...around, env: { ...around.env, ANTHROPIC_BASE_URL: "http://127.0.0.1:1" } };
  await doctorCommand({ json: true }, asked);
  const { checks } = JSON.parse(around.stdout.lines.at(-1) ?? "{}") as {
    checks: readonly { name: string; status: string; text: string }[];
  };
  const shownAs = urlOf("nowhere").replace(`:${SECRET}@`, "@");

  expect(checks.find(({ name }) => name === "store")).toEqual({
    name: "store",
    status: "error",
    text:
      `The store "${shownAs}" cannot be used: there is no such database (3D000: database "nowhere" does not ` +
      "exist). Create it, or name another.",
  });
  expect(around.stdout.text).not.toContain(SECRET);
});

test("a database that a file of the working folder names is not used unless the folder is trusted", async () => {
  const url = urlOf("elsewhere");
  const why =
    "is not used, since it decides where runs are kept, and who can read them. If this folder is yours, run with " +
    "--trust-project, or set TERRACE_TRUST_PROJECT=1.";
  const files = { ...json({ store: url }), ".env": `TERRACE_STORE=${url}` };
  const { config, notes } = await settingsIn(files);
  const trusted = await settingsIn(files, {}, { trustProject: true });

  expect(config.store).toBeUndefined();
  expect(notes).toEqual([`.env: TERRACE_STORE ${why}`, `terrace.config.json: store ${why}`]);
  expect(trusted.config.store).toBe(url);
  expect((await settingsIn({ ".env": "TERRACE_STORE=a.db" })).config.store).toBe("a.db");
});
