import type { Host } from "../core/host.ts";
import type { FetchMemory } from "./fetch-memory.ts";
import type { RegistryEntry } from "../manifest/manifest.ts";

/** Where plugins are looked for and kept. */
export interface SourceContext {
  readonly host: Host;
  /** Relative paths of local sources start here. */
  readonly manifestDirectory: string;
  /** The registry that ships with atk. */
  readonly registryDirectory: string;
  /** The manifest's own registries, as it names them; absent: none. */
  readonly registries?: readonly RegistryEntry[];
  /** Every registry but the built-in one must be signed (policy). */
  readonly signedOnly?: boolean;
  /** An index that is older is fetched again; default a day. */
  readonly indexMaxAgeMs?: number;
  /** What must outlive the cache: how new the signed indexes were that this machine has seen. Absent: not remembered. */
  readonly seenDirectory?: string;
  /** What was fetched is kept here, by its digest. */
  readonly cacheDirectory: string;
  /** What `atk vendor` wrote beside the manifest; asked before the cache. */
  readonly vendorDirectory?: string;
  /** No network: what is not on this machine is an error. */
  readonly offline?: boolean;
  /** Git sources must be signed, whatever they say themselves. */
  readonly signed?: boolean;
  /** A plan: nothing is written but to the system's folder for temporary files, and that is cleaned up. */
  readonly temporary?: boolean;
  /** Absent: everything is asked for each time. */
  readonly memory?: FetchMemory;
}
