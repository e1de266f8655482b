// What `terrace init` asks at a terminal.

import { cancel, confirm, intro, isCancel, type Option, select, text } from "@clack/prompts";
import { PRESETS, type PresetName } from "@terrace/agents";
import type { Answers, Found } from "../commands/init.js";
import type { Surroundings } from "../surroundings.js";

/** The choices; \`undefined\` when whoever was asked left. */
export async function ask(
  { hasAgents, there }: Found,
  surroundings: Surroundings,
): Promise<Answers | undefined> {
  const streams = { input: surroundings.stdin, output: surroundings.stdout as NodeJS.WriteStream };
  intro("A configuration for Terrace", streams);
  const names = Object.keys(PRESETS) as PresetName[];
  const options = names.map(
    (value) => ({ value, label: value, hint: PRESETS[value].about }) as Option<PresetName>,
  );
  const preset = await select<PresetName>({ message: "Which team?", options, ...streams });
  if (isCancel(preset)) return left(streams);
  const claudeAgents = hasAgents
    ? await confirm({ message: "Load the agents in .claude/agents as roles?", ...streams })
    : false;
  if (isCancel(claudeAgents)) return left(streams);
  const budget = await text({
    message: "What may a run spend, in US dollars?",
    initialValue: "5",
    validate: (given) => (isAmount(given) ? undefined : "An amount above 0 and up to 1000000, such as 2.50."),
    ...streams,
  });
  if (isCancel(budget)) return left(streams);
  const over: string[] = [];
  for (const name of there) {
    const isOver = await confirm({
      message: `${name} is there. Write over it?`,
      initialValue: false,
      ...streams,
    });
    if (isCancel(isOver)) return left(streams);
    if (isOver) over.push(name);
  }
  return { choices: { preset, claudeAgents, budgetUsd: Number(budget) }, over };
}

function isAmount(given: string | undefined): boolean {
  return /^\d+(\.\d+)?$/.test(given ?? "") && Number(given) > 0 && Number(given) <= 1_000_000;
}

function left(streams: { readonly output: NodeJS.WriteStream }): undefined {
  cancel("Nothing was chosen.", streams);
  return undefined;
}
