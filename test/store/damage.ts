import { readFileSync, writeFileSync } from "node:fs";
import type { Damage } from "@terrace/core/testing";
import { chained, GENESIS } from "../../packages/store/src/chain.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { toKey } from "../../packages/store/src/sqlite/row.js";
import { saveRun, selectRuns, toRunRows } from "../../packages/store/src/sqlite/run-row.js";

type Client = ReturnType<typeof connect>;

/** Another character in the place of one. */
export function withOther(text: string, at: number): string {
  const other = text[at] === "x" ? "y" : "x";
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

/** Does to one event of a closed store what a contract asks for. */
export async function damageEvent(path: string, { runId, seq, kind }: Damage): Promise<void> {
  const client = connect(path);
  try {
    const where = { run: await numberOf(client, runId), seq };
    if (kind === "unknown") await renameType(client, path, runId, seq);
    else if (kind === "value changed" || kind === "value removed") await damageValue(client, kind);
    else await damageRow(client, where, kind);
  } finally {
    client.close();
  }
}

async function numberOf(client: Client, runId: string): Promise<number> {
  const { rows } = await client.execute({
    sql: "SELECT id FROM runs WHERE run_id = ?",
    args: [toKey(runId)],
  });
  return Number(rows[0]?.id);
}

async function damageRow(
  client: Client,
  { run, seq }: { run: number; seq: number },
  kind: "changed" | "cut" | "removed" | "swapped",
): Promise<void> {
  const args = { run, seq };
  if (kind === "removed") {
    await client.execute({ sql: "DELETE FROM events WHERE run = :run AND seq = :seq", args });
    return;
  }
  if (kind === "swapped") {
    for (const [from, to] of [
      [seq, -1],
      [seq + 1, seq],
      [-1, seq + 1],
    ]) {
      const sql = "UPDATE events SET seq = :to WHERE run = :run AND seq = :from";
      await client.execute({ sql, args: { run, from: Number(from), to: Number(to) } });
    }
    return;
  }
  const { rows } = await client.execute({
    sql: "SELECT body FROM events WHERE run = :run AND seq = :seq",
    args,
  });
  const body = String(rows[0]?.body);
  const damaged = kind === "cut" ? body.slice(0, body.length / 2) : withOther(body, body.length >> 1);
  const sql = "UPDATE events SET body = :body WHERE run = :run AND seq = :seq";
  await client.execute({ sql, args: { ...args, body: damaged } });
}

async function damageValue(client: Client, kind: "value changed" | "value removed"): Promise<void> {
  if (kind === "value removed") await client.execute("DELETE FROM blobs");
  else await client.execute("UPDATE blobs SET body = substr(body, 1, 500) || 'x' || substr(body, 502)");
}

/** Writes an event of another type as a newer version would: with every hash as it must be. */
async function renameType(client: Client, path: string, runId: string, seq: number): Promise<void> {
  const run = toRunRows(await client.execute(selectRuns([runId])), path).get(runId);
  if (run === undefined) throw new Error(`There is no run "${runId}".`);
  const sql = "SELECT seq, body, parts FROM events WHERE run = ? ORDER BY seq";
  const { rows } = await client.execute({ sql, args: [run.id] });
  const tx = await client.transaction("write");
  let hash = GENESIS;
  for (const row of rows) {
    const text = String(row.body);
    const body = Number(row.seq) === seq ? text.replace(/"type":"[^"]+"/, '"type":"task.dreamt"') : text;
    hash = chained(hash, { body, parts: row.parts === null ? null : String(row.parts) });
    const update = "UPDATE events SET body = ?, hash = ? WHERE run = ? AND seq = ?";
    await tx.execute({ sql: update, args: [body, hash, run.id, Number(row.seq)] });
  }
  await saveRun(tx, { ...run, hash }, run);
  await tx.commit();
}

/** Changes one byte of a file. */
export function flipByte(path: string, at: number, mask = 0xff): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
  writeFileSync(path, bytes);
}
