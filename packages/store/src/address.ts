// The address of a store in a database server. Known without its driver.

/** Whether a store is named by the address of a Postgres database, and not by a path. */
export function isPostgresUrl(store: string): boolean {
  return /^postgres(ql)?:\/\//i.test(store);
}

/** An address as it may be shown: without a password. Of what is no URL, nothing but the protocol is. */
export function shownAddress(url: string): string {
  try {
    // With a user and no host, which Postgres allows: then it is this machine, or what `host` says.
    const shown = new URL(url.replace(/^(\w+:\/\/[^/?#]*@)\//, "$1localhost/"));
    shown.password = "";
    shown.searchParams.delete("password");
    return decodeURI(shown.href);
  } catch {
    return "postgres://…";
  }
}
