// What agent files say of tools, turns, effort and skills, and what roles come to have of it: never more than a file says.

import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeNote } from "../../../packages/agents/src/agent-files/agent-note.js";
import { toRoleDeclaration } from "../../../packages/agents/src/agent-files/agent-role.js";
import { loadAgentFiles } from "../../../packages/agents/src/agent-files/load-agent-files.js";
import { readAgentFile } from "../../../packages/agents/src/agent-files/read-agent-file.js";
import { claudeTeam } from "../../../packages/agents/src/claude-team.js";
import { agentFile, folderOf } from "./support.js";

const TOOLS = {
  names: ["list_files", "read_file", "search_files", "run_command", "web_search", "price"],
  families: ["mcp__github", "mcp__docs"],
  command: { name: "run_command", allow: ["git log", "git show"] },
};

/** What a role is granted by this front matter, and what is said of it. */
function granted(matter: string, tools = TOOLS): { has: readonly string[]; notes: readonly string[] } {
  const { role, notes } = readAgentFile(
    agentFile(`name: it\ndescription: It.\n${matter}`),
    "it.md",
    claudeTeam,
    {
      tools,
    },
  );
  return {
    has: role?.granted ?? [],
    notes: notes.map((note) => describeNote(note).replace(/^it\.md:4: /, "")),
  };
}

test.each<[string, readonly string[]]>([
  ["tools: Read, Grep, Glob, LS, NotebookRead", ["read_file", "search_files", "list_files"]],
  ["tools: [Bash, WebSearch]", ["web_search", "run_command"]],
  ["tools: Bash(git:*)", ["run_command"]],
  ["tools: Bash(git log:*), Bash(git show *)", ["run_command"]],
  ["tools: Bash(*)", ["run_command"]],
  ["tools: price, read_file", ["price", "read_file"]],
  ["tools: mcp__github__search, mcp__docs", ["mcp__github__search", "mcp__docs"]],
  ["tools: mcp__docs__*", ["mcp__docs"]],
  ["mcpServers: [docs]", ["mcp__docs"]],
  ["mcpServers: docs, github", ["mcp__docs", "mcp__github"]],
  ['tools: "*"', [...TOOLS.names, ...TOOLS.families]],
  ["color:", []],
])("%s grants that, and nothing else", (matter, has) => {
  expect(granted(matter).has).toEqual(has);
});

test.each<[string, readonly string[], readonly string[]]>([
  [
    "tools: Read, Write",
    ["read_file"],
    ['"Write" is not granted: nothing here writes files: what a task makes is its output.'],
  ],
  [
    "tools: WebFetch",
    [],
    ['"WebFetch" is not granted: the configuration does not have tools.server: ["web_fetch"].'],
  ],
  ["tools: Raed", [], ['"Raed" is not granted: there is no such tool. Did you mean "Read"?']],
  [
    "tools: Read(./src/**)",
    [],
    ['"Read(./src/**)" is not granted: what stands in parentheses cannot be kept to here.'],
  ],
  [
    "tools: Bash(git log:*)",
    [],
    [
      '"Bash(git log:*)" is not granted: the configuration allows `git show` with any arguments, which is more.',
    ],
  ],
  [
    "tools: Bash(git log), Bash(git show:*)",
    [],
    [
      '"Bash(git log), Bash(git show:*)" is not granted: the configuration allows `git log` with any arguments, which is more.',
    ],
  ],
  [
    "tools: mcp__gitlab__search",
    [],
    ['"mcp__gitlab__search" is not granted: there is no server "gitlab"; there are "github", "docs".'],
  ],
])("%s is more than there is, which is told and not granted", (matter, has, notes) => {
  expect(granted(matter)).toEqual({ has, notes });
});

test.each<[string, readonly string[], readonly string[]]>([
  ["tools: Read, Bash\ndisallowedTools: Bash", ["read_file"], []],
  ["tools: Read, Bash\ndisallowedTools: Write, Bash(rm:*)", ["read_file", "run_command"], []],
  [
    "tools: Read, Bash\ndisallowedTools: Bash(git show:*)",
    ["read_file"],
    [
      'it.md:5: "Bash(git show:*)" cannot be taken out of "run_command" alone, so that the role has nothing of it.',
    ],
  ],
  ["tools: mcp__docs__a, mcp__docs__b, Read\ndisallowedTools: mcp__docs", ["read_file"], []],
  [
    "mcpServers: [docs, github]\ndisallowedTools: mcp__docs__drop",
    ["mcp__github"],
    [
      'it.md:5: "mcp__docs__drop" cannot be taken out of "mcp__docs" alone, so that the role has nothing of it.',
    ],
  ],
  [
    "tools: Read\ndisallowedTools: Raed",
    ["read_file"],
    ['it.md:5: there is no tool "Raed" to take away. Did you mean "Read"?'],
  ],
  ['tools: Read, Grep\ndisallowedTools: "*"', [], []],
  ["disallowedTools: Write", [], ['"disallowedTools" has no effect: without "tools" the role has none.']],
  [
    "tools: Read\nmcpServers: [docs]",
    ["read_file"],
    ['it.md:5: "tools" names no tool of the server "docs", so that the role has none. Add "mcp__docs".'],
  ],
])("%j takes away at least that", (matter, has, notes) => {
  expect(granted(matter)).toEqual({ has, notes });
});

test("turns and effort go to the role; what is beyond the bounds, or of no use, is told", () => {
  const read = (matter: string, table: Parameters<typeof readAgentFile>[2] = claudeTeam) => {
    const { role, notes } = readAgentFile(
      agentFile(`name: it\ndescription: It.\n${matter}`),
      "it.md",
      table,
      {
        tools: TOOLS,
      },
    );
    const { maxTurns, effort } = role === undefined ? {} : toRoleDeclaration(role);
    return [maxTurns, effort, ...notes.map(describeNote)];
  };
  const twins = {
    ladder: ["low", "high"],
    models: Object.fromEntries(["low", "high"].map((tier) => [tier, { model: "m", effort: null }])),
  };
  const old = { ladder: ["haiku"], models: { haiku: { model: "claude-haiku-4-5", effort: null } } };

  expect(read("tools: Read\nmaxTurns: 5\neffort: low")).toEqual([5, "low"]);
  expect(read("tools: Read\nmaxTurns: 40")).toEqual([
    20,
    undefined,
    'it.md:5: "maxTurns" is 40, of which no attempt has more than 20.',
  ]);
  expect(read("effort: low", twins)).toEqual([
    undefined,
    undefined,
    'it.md:4: "effort" has no effect: tiers of the ladder differ in nothing else.',
  ]);
  expect(read("effort: low", old)).toEqual([
    undefined,
    "low",
    'it.md:4: "effort" has no effect at "claude-haiku-4-5", which cannot be asked for low.',
  ]);
  expect(read("tools: Read\nmaxTurns: 2\neffort: low\nterrace: { kind: reviewer }")).toEqual([
    undefined,
    undefined,
    'it.md:4: "tools" has no effect on a reviewer: it has no tools.',
    'it.md:5: "maxTurns" has no effect on a reviewer: it answers in one turn.',
    'it.md:6: "effort" has no effect on a reviewer: its effort is that of its tier: set `models.<tier>.effort`.',
  ]);
});

test("skills beside the agents are told to the role; one that cannot be is named, and no other is lost", async () => {
  const cwd = await folderOf({
    ".claude/agents/clerk.md": agentFile(
      "name: clerk\ndescription: Sorts.\nskills: [sorting, missing, ../agents, half, out]",
    ),
    ".claude/skills/sorting/SKILL.md": "---\nname: sorting\n---\n\nSort by date.\n",
    ".claude/skills/half/SKILL.md": "Sort by\n{{field}}.\n",
    ".claude/skills/out/a.txt": "",
  });
  await writeFile(join(cwd, "secret.md"), "A secret.");
  await symlink(join(cwd, "secret.md"), join(cwd, ".claude/skills/out/SKILL.md"));
  const { roles, notes } = await loadAgentFiles([".claude/agents"], { cwd, table: claudeTeam });

  expect(roles[0]?.instructions).toBe("You do your work.\n\n# Skill: sorting\n\nSort by date.");
  const line = ".claude/agents/clerk.md:4: the skill";
  expect(notes.map(describeNote)).toEqual([
    `${line} "missing" is not told: skills/missing/SKILL.md beside the agents cannot be read (ENOENT).`,
    `${line} "../agents" is not told: that is no name of one.`,
    `${line} "half" is not told: the placeholder {{field}} was left in its line 2.`,
    `${line} "out" is not told: it is a link that leads out of its folder.`,
  ]);
});
