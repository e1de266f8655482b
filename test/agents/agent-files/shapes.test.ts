// Agent files as people have them: every documented key, and the usual mistakes. Written for these tests.

import { defineTeam } from "@terrace/core";
import { expect, test } from "vitest";
import { describeNote } from "../../../packages/agents/src/agent-files/agent-note.js";
import { loadAgentFiles, teamPartsOf } from "../../../packages/agents/src/agent-files/load-agent-files.js";
import { readAgentFile } from "../../../packages/agents/src/agent-files/read-agent-file.js";
import { claudeTeam } from "../../../packages/agents/src/claude-team.js";
import { agentFile, folderOf } from "./support.js";

/** A file's role, and its notes as they are printed. */
function read(text: string, file = "agents/it.md") {
  const { role, notes } = readAgentFile(text, file, claudeTeam);
  return { role, notes: notes.map(describeNote) };
}

test("1: the least that is a role", () => {
  const { role, notes } = read(agentFile("name: summariser\ndescription: Condenses long texts."));

  expect(notes).toEqual([]);
  expect(role).toEqual({
    name: "summariser",
    file: "agents/it.md",
    kind: "executor",
    description: "Condenses long texts.",
    instructions: "You do your work.",
    model: null,
    tier: "haiku",
    effort: null,
    maxTurns: null,
    granted: [],
    tools: null,
    disallowedTools: [],
    skills: [],
    mcpServers: [],
  });
});

test("2: every documented key of Claude Code, and what each comes to", () => {
  const { role, notes } = read(
    agentFile(`name: everything
description: Uses every key there is.
tools: Read, Grep, Bash(git log:*), Agent(explorer, formatter)
disallowedTools:
  - Write
  - Edit
model: sonnet
effort: high
maxTurns: 12
permissionMode: acceptEdits
skills:
  - house-style
mcpServers:
  - github
  - db: { command: npx, args: [-y, some-server] }
hooks:
  PreToolUse: []
memory: project
background: true
isolation: worktree
initialPrompt: Begin.
color: cyan`),
  );

  expect(role).toMatchObject({
    tier: "sonnet",
    effort: "high",
    maxTurns: null,
    granted: [],
    tools: ["Read", "Grep", "Bash(git log:*)", "Agent(explorer, formatter)"],
    disallowedTools: ["Write", "Edit"],
    skills: ["house-style"],
    mcpServers: ["github", { db: { command: "npx", args: ["-y", "some-server"] } }],
  });
  expect(notes).toEqual([
    'agents/it.md:4: "Read" is not granted: the configuration does not have tools.files.',
    'agents/it.md:4: "Grep" is not granted: the configuration does not have tools.files.',
    'agents/it.md:4: "Agent(explorer, formatter)" is not granted: no role starts another: the planner gives work to roles.',
    'agents/it.md:4: "Bash(git log:*)" is not granted: the configuration does not have tools.command.',
    'agents/it.md:10: "maxTurns" has no effect: without tools an executor answers in one turn.',
    'agents/it.md:11: "permissionMode" is not supported: a role has the tools it declares and no other rights; whether a person is asked stands beside each tool in the configuration (`approve`).',
    'agents/it.md:12: the skill "house-style" is not told: nobody said where skills are.',
    'agents/it.md:14: there is no server "github"; none is configured.',
    'agents/it.md:14: the server "db" is not started: a server is declared in `mcpServers` of the configuration, and here only named.',
    'agents/it.md:17: "hooks" is not supported: no hooks are run; a check in the configuration sees every output.',
    'agents/it.md:19: "memory" is not supported: a role keeps nothing from one task to the next.',
    'agents/it.md:20: "background" is not supported: tasks run side by side as they are.',
    'agents/it.md:21: "isolation" is not supported: a role has no folder of its own.',
    'agents/it.md:22: "initialPrompt" is not supported: a role is asked with the brief of its task.',
    'agents/it.md:23: "color" is not supported: the screen colours tiers.',
  ]);
});

test("3: a description with colons and examples, which is no YAML, is read all the same", () => {
  const { role, notes } = read(
    agentFile(
      'name: code-reviewer\ndescription: Use this after code was written. Example: user: "done" assistant: "Now I look"\nmodel: opus',
    ),
  );

  expect(role).toMatchObject({
    name: "code-reviewer",
    tier: "opus",
    description: 'Use this after code was written. Example: user: "done" assistant: "Now I look"',
  });
  expect(notes).toEqual([
    "agents/it.md:3: is no YAML (Nested mappings are not allowed in compact mappings), so that the front matter is read line by line. Quote the text.",
  ]);
});

test("4: misspelt and foreign keys are named with their line, and what was meant", () => {
  const { role, notes } = read(
    agentFile(
      "name: typist\ndescripton: Types.\nmodle: opus\nallowed-tools: Read\nmax_turns: 3\nprompt: You type.\nversion: 1.2",
    ),
  );

  expect(role).toMatchObject({ tier: "haiku", description: "", tools: null });
  expect(notes).toEqual([
    'agents/it.md:1: "description" is missing: the planner is told the instructions in its place.',
    'agents/it.md:3: unknown key "descripton" has no effect. Did you mean "description"?',
    'agents/it.md:4: unknown key "modle" has no effect. Did you mean "model"?',
    'agents/it.md:5: unknown key "allowed-tools" has no effect. Did you mean "tools"?',
    'agents/it.md:6: unknown key "max_turns" has no effect. Did you mean "maxTurns"?',
    'agents/it.md:7: unknown key "prompt" has no effect. What a role is told is the text below the front matter.',
    'agents/it.md:8: unknown key "version" has no effect.',
  ]);
});

test("5: a name for people becomes one for a role", () => {
  const { role, notes } = read(
    agentFile("name: Senior Python Developer\ndescription: Writes Python.\nmodel: inherit"),
  );

  expect(role).toMatchObject({ name: "senior-python-developer", tier: "haiku", model: "inherit" });
  expect(notes).toEqual([
    'agents/it.md:2: the role is called "senior-python-developer": a name has lower-case letters, digits, - and _, at most 64.',
  ]);
});

test("6: keys of ours under one name set the tiers and what an error costs", () => {
  const { role, notes } = read(
    agentFile(
      "name: auditor\ndescription: Looks for holes.\nmodel: haiku\nterrace:\n  minTier: sonnet\n  maxTier: opus\n  errorCost: high\n  teir: opus",
    ),
  );

  expect(role).toMatchObject({ tier: "sonnet", minTier: "sonnet", maxTier: "opus", errorCost: "high" });
  expect(notes).toEqual([
    'agents/it.md:9: unknown key "terrace.teir" has no effect. Did you mean "terrace.tier"?',
  ]);
});

test.each([
  ["haiku", "haiku", []],
  ["sonnet[1m]", "sonnet", []],
  ["best", "opus", []],
  ["claude-opus-5-5", "opus", []],
  ["inherit", "haiku", []],
  [
    "claude-sonnet-4-5-20250929",
    "sonnet",
    [
      'agents/it.md:4: model "claude-sonnet-4-5-20250929" is taken for the tier "sonnet", which is asked as "claude-sonnet-5-5".',
    ],
  ],
  [
    "fable",
    "haiku",
    [
      'agents/it.md:4: model "fable" is no tier of the ladder ("haiku", "sonnet", "opus") and no model of one. The role starts at "haiku".',
    ],
  ],
  [
    "sonet",
    "haiku",
    [
      'agents/it.md:4: model "sonet" is no tier of the ladder ("haiku", "sonnet", "opus") and no model of one. Did you mean "sonnet"? The role starts at "haiku".',
    ],
  ],
  [
    "opusplan",
    "haiku",
    [
      'agents/it.md:4: model "opusplan" is a preset for a whole team, and no model of a role. The role starts at "haiku".',
    ],
  ],
])("7: model %s is the tier %s", (model, tier, expected) => {
  const { role, notes } = read(agentFile(`name: it\ndescription: It.\nmodel: ${model}`));
  expect(role?.tier).toBe(tier);
  expect(notes).toEqual(expected);
});

test("8: a file from another system, with a mark at its head, other line ends and a key twice", () => {
  const { role, notes } = read(
    "\uFEFF---\r\nname: writer\r\ndescription: >\r\n  Writes prose\r\n  for people.\r\nmodel: haiku\r\nmodel: sonnet\r\n---\r\nYou write.\r\n",
  );

  expect(role).toMatchObject({
    description: "Writes prose for people.",
    tier: "sonnet",
    instructions: "You write.",
  });
  expect(notes).toEqual(['agents/it.md:7: "model" stands here and on line 6; this one counts.']);
});

test("9: values of the wrong kind are left out, each with what was expected", () => {
  const { role, notes } = read(
    agentFile(
      "name: 7\ndescription: [a, b]\nmodel: 5\neffort: extreme\nmaxTurns: many\ntools: { read: true }\nterrace: opus",
    ),
    "agents/Fact Finder.md",
  );

  expect(role).toMatchObject({ name: "fact-finder", tier: "haiku", effort: null, maxTurns: null, tools: [] });
  expect(notes).toEqual([
    'agents/Fact Finder.md:2: "name" is missing: the role is called "fact-finder", after its file.',
    'agents/Fact Finder.md:3: expected "description" to be a text, got ["a","b"]; it has no effect.',
    'agents/Fact Finder.md:3: "description" is missing: the planner is told the instructions in its place.',
    'agents/Fact Finder.md:4: expected "model" to be a text, got 5; it has no effect.',
    'agents/Fact Finder.md:5: expected "effort" to be one of low, medium, high, xhigh, max, got "extreme"; it has no effect.',
    'agents/Fact Finder.md:6: expected "maxTurns" to be a whole number from 1 to 1000, got "many"; it has no effect.',
    'agents/Fact Finder.md:7: expected "tools" to be at most 200 names, in a list or with commas between them, got {"read":true}; it has no effect.',
    'agents/Fact Finder.md:8: "terrace" is to hold keys ("kind", "tier", "minTier", "maxTier", "errorCost"), and has no effect as it is.',
  ]);
});

test("10: [C09] a file that is no role, and files that cannot be one, spoil no other", async () => {
  const cwd = await folderOf({
    "agents/README.md": "# Our agents\n",
    "agents/deep/er/good.md": agentFile("name: good\ndescription: Is good."),
    "agents/empty.md": agentFile("name: empty\ndescription: Says nothing.", ""),
    "agents/good-too.md": agentFile("name: good\ndescription: Is as good."),
    "agents/template.md": agentFile("name: templ\ndescription: Half done.", "You work on\n{{project}}."),
    "agents/binary.md": Uint8Array.of(0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe),
    "agents/wrong-way.md": agentFile(
      "name: wrong\ndescription: x\nterrace: { tier: huge, minTier: opus, maxTier: haiku }",
    ),
    "agents/reviewer.md": agentFile("name: reviewer\ndescription: Reviews."),
    "agents/notes.txt": "Not looked at.",
  });
  const { roles, notes } = await loadAgentFiles(["agents", "nowhere"], { cwd, table: claudeTeam });

  expect(roles.map(({ name, file }) => [name, file])).toEqual([
    ["good", "agents/deep/er/good.md"],
    ["reviewer-role", "agents/reviewer.md"],
  ]);
  expect(notes.map((note) => `${note.severity} ${describeNote(note)}`)).toEqual([
    "warning agents/README.md:1: has no front matter between two lines of ---, and is taken for no role.",
    "error agents/binary.md:1: is no text in UTF-8. Save it as UTF-8.",
    "error agents/empty.md:5: has no instructions below its front matter. Write what the role is told.",
    'warning agents/good-too.md:1: the role "good" is declared in agents/deep/er/good.md too, which wins.',
    'warning agents/reviewer.md:2: the role is called "reviewer-role", since every team has a reviewer of its own. Rename it, or write `terrace: { kind: reviewer }` if it is to be the team\'s.',
    "error agents/template.md:7: the placeholder {{project}} was left in the instructions. Fill it in, or put it between backquotes if it is meant as it stands.",
    'error agents/wrong-way.md:4: expected "terrace.tier" to be one of "haiku", "sonnet", "opus", got "huge".',
    'error agents/wrong-way.md:4: expected minTier ≤ tier ≤ maxTier, got "opus", "haiku".',
    "error nowhere:1: the folder cannot be read (ENOENT). Make it, or name another one in `agents`.",
  ]);
});

test("roles of files make a team: executors, and the planner and the reviewer where a file is one", async () => {
  const cwd = await folderOf({
    "agents/lead.md": agentFile(
      "name: lead\ndescription: Plans.\nmodel: opus\nterrace: { kind: planner }",
      "Plan little.",
    ),
    "agents/judge.md": agentFile(
      "name: judge\ndescription: Judges.\nterrace: { kind: reviewer }",
      "Be strict.",
    ),
    "agents/maker.md": agentFile("name: maker\ndescription: Makes.\nmodel: sonnet", "You make."),
  });
  const parts = teamPartsOf(await loadAgentFiles(["agents"], { cwd, table: claudeTeam }));
  const models = { haiku: "h", sonnet: "s", opus: "o" };
  const team = defineTeam<string, string>({ models, planner: { tier: "opus" }, ...parts });

  expect(team.planner).toEqual({ tier: "opus", instructions: "Plan little." });
  expect(team.reviewer.instructions).toBe("Be strict.");
  expect(team.executors).toEqual({
    maker: {
      tier: "sonnet",
      description: "Makes.",
      instructions: "You make.",
      minTier: "haiku",
      maxTier: "opus",
      errorCost: null,
    },
  });
});
