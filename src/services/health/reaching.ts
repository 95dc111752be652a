import type { LookupFunction } from "node:net";

/**
 * Finds addresses as the system does, and both of this machine's own for localhost: a service may listen on one of them
 * only, and not every machine's hosts file names both. (RFC 6761, 6.3: localhost is always this machine.)
 */
const lookupWithLocal: LookupFunction = (hostname, options, callback) => {
  if (!/^localhost\.?$/i.test(hostname)) {
    void import("node:dns").then(({ lookup }) => lookup(hostname, options, callback));
    return;
  }
  if (options.all !== true) return callback(null, "127.0.0.1", 4);
  callback(null, [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ]);
};

/** How connections are made. By default Node gives each of several addresses 250 ms, and a far one never answers in that. (Node 20, net.connect) */
export const REACHING = {
  lookup: lookupWithLocal,
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 1_000,
} as const;
