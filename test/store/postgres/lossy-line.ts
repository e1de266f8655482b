// A line to a Postgres server that breaks exactly when something is committed.

import { connect, createServer, type NetConnectOpts, type Socket } from "node:net";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { testUrl } from "./stores.js";

/** When it breaks: before the server is asked to commit, after it has and before anybody hears of it, or not at all. */
export type Break = "asking" | "answering" | "not";

/** What the driver sends for `COMMIT`: a query, its length, its text. */
const COMMIT = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from("COMMIT\0")]);

/**
 * Opens a line, and asks at each commit whether it is to break.
 *
 * @returns The URL of its near end.
 */
export async function lossyLine(breaksAt: () => Break): Promise<string> {
  const sockets = new Set<Socket>();
  const line = createServer((near) => {
    const far = connect(farEnd());
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    let isMute = false;
    near.on("data", (data) => {
      const how = data.includes(COMMIT) ? breaksAt() : "not";
      if (how === "asking") return cut();
      isMute = how === "answering";
      return void far.write(data);
    });
    far.on("data", (data) => {
      if (isMute) cut();
      else near.write(data);
    });
    near.on("close", cut);
    far.on("close", cut);
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    line.close();
  });
  const { user, password, database } = new Client({ connectionString: testUrl() });
  const url = new URL("postgres://127.0.0.1/");
  url.username = user ?? "";
  url.password = password ?? "";
  url.port = String((line.address() as { port: number }).port);
  url.pathname = `/${database}`;
  return url.href;
}

/** Where the tests' server is. */
function farEnd(): NetConnectOpts {
  const { host, port } = new Client({ connectionString: testUrl() });
  return host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}
