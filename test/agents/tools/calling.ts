import type { LocalTool } from "@terrace/agents";
import type { JsonValue } from "@terrace/core";

/** What a tool brings, or what it says instead. */
export async function call(
  tools: LocalTool | readonly LocalTool[],
  name: string,
  input: JsonValue,
  signal: AbortSignal = new AbortController().signal,
): Promise<unknown> {
  const tool = [tools].flat().find((each) => each.name === name);
  if (tool === undefined) throw new Error(`There is no tool "${name}".`);
  const reading = await tool.read(input);
  if (!reading.ok) return { refused: reading.issues };
  try {
    return await tool.run(reading.input, { signal });
  } catch (error) {
    return { failed: (error as Error).message };
  }
}
