import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadSettings } from "../../../packages/cli/src/config/settings.js";
import { faultsIn, inFolder, settingsIn } from "./support.js";

/** A folder in which everything that can say so names a store and more, and the environment that goes with it. */
async function everywhere() {
  const around = await inFolder({
    "terrace.config.json": '{ "store": "project.db", "concurrency": 3, "models": { "haiku": "project-h" } }',
    ".env": "TERRACE_STORE=dotenv.db\nTERRACE_CONCURRENCY=4\nTERRACE_URGENCY=batch\n",
    "home/terrace/config.json":
      '{ "store": "/user.db", "concurrency": 2, "urgency": "live", "reporter": "silent", "models": { "opus": "user-o" } }',
  });
  const env = {
    XDG_CONFIG_HOME: join(around.cwd, "home"),
    TERRACE_STORE: "env.db",
    ANTHROPIC_DEFAULT_SONNET_MODEL: "env-s",
  };
  return { ...around, env };
}

test("the environment wins over .env, that over the project, that over the user, that over the defaults", async () => {
  const { config, team, origins } = await loadSettings(await everywhere());

  expect(config).toMatchObject({ store: "env.db", concurrency: 4, urgency: "batch", reporter: "silent" });
  expect(Object.values(team.models).map(({ model }) => model)).toEqual(["project-h", "env-s", "user-o"]);
  const from = Object.fromEntries(
    [...origins].map(([path, { kind, name }]) => [path, `${kind} ${name}`.trim()]),
  );
  expect(from).toMatchObject({
    store: "environment TERRACE_STORE",
    concurrency: ".env TERRACE_CONCURRENCY",
    urgency: ".env TERRACE_URGENCY",
    reporter: expect.stringMatching(/^user home\/terrace\/config\.json$/),
    "models.haiku": "project terrace.config.json",
    "models.sonnet": "environment ANTHROPIC_DEFAULT_SONNET_MODEL",
    "models.opus": "user home/terrace/config.json",
    "executors.worker": "default",
  });
});

test("another file is named by --config, or by TERRACE_CONFIG; one that is not there is a mistake", async () => {
  const files = { "terrace.config.json": '{ "concurrency": 1 }', "other.json": '{ "concurrency": 2 }' };
  expect((await settingsIn(files, {}, { config: "other.json" })).config.concurrency).toBe(2);
  expect((await settingsIn(files, { TERRACE_CONFIG: "other.json" })).config.concurrency).toBe(2);
  expect(await faultsIn(files, {}, { config: "nowhere.json" })).toEqual([
    'There is no configuration at "nowhere.json". Correct --config, or leave it out.',
  ]);
});

test("a variable of ours that is none is told, with the one that was meant, and stops nothing", async () => {
  const { notes } = await settingsIn(
    { ".env": "TERRACE_CONFIG=x.json\n" },
    { TERRACE_STROE: "x", TERRACE_HOME_BREW: "y" },
  );
  expect(notes).toEqual([
    "TERRACE_HOME_BREW is no variable that has an effect.",
    "TERRACE_STROE is no variable that has an effect. Did you mean TERRACE_STORE?",
    ".env: TERRACE_CONFIG has no effect in a file. Set it outside.",
  ]);
});

test("a variable for a tier that the ladder has not got is told, and stops nothing", async () => {
  const { notes, team } = await settingsIn(
    { "terrace.config.json": '{ "preset": "opusplan" }' },
    { ANTHROPIC_DEFAULT_HAIKU_MODEL: "h" },
  );
  expect(team.ladder).toEqual(["sonnet", "opus"]);
  expect(notes).toEqual(['ANTHROPIC_DEFAULT_HAIKU_MODEL has no effect: the ladder has no tier "haiku".']);
});

test("roles of the file win over those of agent files, and stand beside those of a preset that is named", async () => {
  const files = {
    "terrace.config.json":
      '{ "agents": ["agents"], "executors": { "writer": { "tier": "opus", "instructions": "From the file." } } }',
    "agents/writer.md": "---\nname: writer\ndescription: Writes.\n---\nFrom its own file.\n",
    "agents/clerk.md": "---\nname: clerk\ndescription: Sorts.\n---\nYou sort.\n",
  };
  const alone = await settingsIn(files);
  expect(Object.entries(alone.team.executors).map(([name, { tier }]) => [name, tier])).toEqual([
    ["clerk", "haiku"],
    ["writer", "opus"],
  ]);
  expect(alone.origins.get("executors.writer")?.kind).toBe("project");
  const { team } = await settingsIn(files, { TERRACE_PRESET: "software" });
  expect(Object.keys(team.executors)).toContain("security-reviewer");
  expect(team.executors.writer?.instructions).toBe("From the file.");
});

test("everything that was read is known by its content, so that a change can be told", async () => {
  const around = await inFolder({
    "terrace.config.json": '{ "agents": ["agents"] }',
    "agents/clerk.md": "---\nname: clerk\ndescription: Sorts.\n---\nYou sort.\n",
  });
  const { files } = await loadSettings(around);
  expect(files.map(({ name }) => name)).toEqual(["terrace.config.json", "agents/clerk.md"]);
  await writeFile(join(around.cwd, "agents/clerk.md"), "changed");
  const again = await loadSettings(around);
  expect(again.files.find(({ name }) => name === "agents/clerk.md")).not.toEqual(files[1]);
});
