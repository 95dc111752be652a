import { createHash } from "node:crypto";
import type { Host, Machine, ReadFiles, Signature } from "../core/host.ts";

/**
 * Everything that some work read, and what the world said. When it would say the same again, the work would give the same result.
 * Values of variables are kept as keyed digests only.
 */
export interface Trace {
  /** What the system said of each path before it was read. */
  readonly files: Readonly<Record<string, string>>;
  /** The same of folders that were listed. */
  readonly lists: Readonly<Record<string, string>>;
  readonly realPaths: Readonly<Record<string, string>>;
  /** Of files that were changed too shortly before to trust the above alone. */
  readonly digests: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

export interface TracedHost {
  readonly host: Host;
  /** Undefined when the work did something that cannot be repeated by looking: it started a program or asked for all variables. */
  trace(): Trace | undefined;
}

export type Digest = (text: string) => string;

/**
 * A file that changed this shortly before it was read could change again without `stat` telling. Linux counts in steps of up
 * to 10 ms (CONFIG_HZ=100), FAT and HFS+ in seconds: where times have no fraction they are taken for such.
 */
const STEP_MS = 20;
const COARSE_STEP_MS = 2_500;

function isYoung({ changedMs }: Signature, readMs: number): boolean {
  return readMs - changedMs < (Number.isInteger(changedMs / 1000) ? COARSE_STEP_MS : STEP_MS);
}

/** The same host; what is read through it is noted down. Undefined for a host that gives no signatures. */
export function traceHost(host: Host, digest: Digest): TracedHost | undefined {
  const { signature } = host;
  if (signature === undefined) return undefined;
  const notes = new Notes(digest);
  const files: ReadFiles = watchFiles(host.files, notes, signature);
  const programs: Host["programs"] = {
    run(request) {
      notes.repeatable = false;
      return host.programs.run(request);
    },
    async find(program) {
      const found = await host.programs.find(program);
      notes.programs[program] = found ?? "";
      return found;
    },
  };
  const machine = { ...host.machine, env: watchVariables(host.machine.env, notes) };
  return { host: { ...host, files: { ...host.files, ...files }, programs, machine }, trace: () => notes.toTrace() };
}

class Notes {
  readonly files = new Map<string, Signature>();
  readonly lists = new Map<string, Signature>();
  /** Read while they were young. */
  readonly young = new Map<string, Uint8Array>();
  readonly realPaths: Record<string, string> = {};
  readonly programs: Record<string, string> = {};
  readonly variables: Record<string, string> = {};
  repeatable = true;

  constructor(readonly digest: Digest) {}

  toTrace(): Trace | undefined {
    if (!this.repeatable) return undefined;
    const { realPaths, programs, variables } = this;
    const digests = Object.fromEntries([...this.young].map(([path, bytes]) => [path, digestOf(bytes)]));
    return { files: texts(this.files), lists: texts(this.lists), realPaths, digests, programs, variables };
  }
}

function texts(signatures: ReadonlyMap<string, Signature>): Record<string, string> {
  return Object.fromEntries([...signatures].map(([path, { text }]) => [path, text]));
}

function watchFiles(files: ReadFiles, notes: Notes, signature: NonNullable<Host["signature"]>): ReadFiles {
  const note = (path: string): Signature => {
    const found = notes.files.get(path) ?? signature(path, "look");
    notes.files.set(path, found);
    return found;
  };
  return {
    async read(path) {
      const found = note(path);
      const now = Date.now();
      const bytes = await files.read(path);
      if (bytes !== undefined && isYoung(found, now)) notes.young.set(path, bytes);
      return bytes;
    },
    async stat(path) {
      note(path);
      return files.stat(path);
    },
    async readLink(path) {
      note(path);
      return files.readLink(path);
    },
    async list(path) {
      if (!notes.lists.has(path)) notes.lists.set(path, signature(path, "list"));
      return files.list(path);
    },
    async realPath(path) {
      const real = await files.realPath(path);
      notes.realPaths[path] = real ?? "";
      return real;
    },
  };
}

function watchVariables(env: Machine["env"], notes: Notes): Machine["env"] {
  const note = (name: string | symbol): void => {
    if (typeof name === "string") notes.variables[name] = markOf(env[name], notes.digest);
  };
  return new Proxy(env, {
    get(target, name) {
      note(name);
      return Reflect.get(target, name);
    },
    has(target, name) {
      note(name);
      return Reflect.has(target, name);
    },
    ownKeys(target) {
      notes.repeatable = false;
      return Reflect.ownKeys(target);
    },
  });
}

/** Whether the world says the same again as in the trace. Stops at the first difference. */
export async function stillHolds(trace: Trace, host: Host, digest: Digest): Promise<boolean> {
  const { signature } = host;
  if (signature === undefined) return false;
  const same = (paths: Readonly<Record<string, string>>, how: "look" | "list"): boolean =>
    Object.entries(paths).every(([path, text]) => signature(path, how).text === text);
  if (!same(trace.files, "look") || !same(trace.lists, "list")) return false;
  const { env } = host.machine;
  if (!Object.entries(trace.variables).every(([name, known]) => markOf(env[name], digest) === known)) return false;
  return (
    (await all(trace.programs, async (name) => (await host.programs.find(name)) ?? "")) &&
    (await all(trace.realPaths, async (path) => (await host.files.realPath(path)) ?? "")) &&
    (await all(trace.digests, async (path) => digestOf((await host.files.read(path)) ?? new Uint8Array())))
  );
}

function markOf(value: string | undefined, digest: Digest): string {
  return value === undefined ? "" : digest(value);
}

async function all(known: Readonly<Record<string, string>>, ask: (key: string) => Promise<string>): Promise<boolean> {
  for (const [key, answer] of Object.entries(known)) if ((await ask(key)) !== answer) return false;
  return true;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
