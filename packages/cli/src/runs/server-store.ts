// The store in a database server, whose driver is loaded when it is first asked something.

import { type DurableStore, shownAddress } from "@terrace/store";

/** What is asked of a server. */
export interface ServerOptions {
  /** How long to go on trying while it cannot be reached, in milliseconds. @default as the store's */
  readonly patienceMs?: number | undefined;
}

/** A store at this address. What is wrong with the address rejects what is asked. */
export function serverStore(url: string, { patienceMs }: ServerOptions = {}): DurableStore {
  let opened: Promise<DurableStore> | undefined;
  const store = (): Promise<DurableStore> => {
    opened ??= import("@terrace/store/postgres").then(({ postgresStore }) =>
      postgresStore({ url, ...(patienceMs === undefined ? {} : { patienceMs }) }),
    );
    return opened;
  };
  return {
    path: shownAddress(url),
    append: async (...asked) => await (await store()).append(...asked),
    read: async (...asked) => await (await store()).read(...asked),
    list: async (...asked) => await (await store()).list(...asked),
    acquire: async (...asked) => await (await store()).acquire(...asked),
    renew: async (...asked) => await (await store()).renew(...asked),
    release: async (...asked) => await (await store()).release(...asked),
    async close() {
      await opened?.then(
        (open) => open.close(),
        () => {},
      );
    },
  };
}
