import { AtkError } from "../core/errors.ts";
import { redactText } from "../core/redact.ts";
import type { Context } from "./context.ts";
import { serverSpecs, type Faulty, type ServerSpec } from "./server-specs.ts";

export type TestResult =
  | {
      readonly server: string;
      readonly ok: true;
      readonly name: string;
      readonly version: string;
      readonly protocol_version: string;
      readonly duration_ms: number;
      readonly tools: readonly { readonly name: string; readonly description?: string }[];
    }
  | {
      readonly server: string;
      readonly ok: false;
      readonly code: string;
      readonly reason: string;
      readonly hint?: string;
    };

export interface TestRequest {
  readonly names: readonly string[];
  readonly timeoutMs: number;
  /** Ends the servers that were started, e.g. on Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** Starts every server for real, all at the same time, and lists its tools; a server that fails does so alone. */
export async function testServers(request: TestRequest, context: Context): Promise<readonly TestResult[]> {
  const specs = await serverSpecs(request.names, context);
  return Promise.all(specs.map((spec) => test(spec, request, context)));
}

async function test(
  spec: ServerSpec | Faulty,
  { timeoutMs, signal }: TestRequest,
  context: Context,
): Promise<TestResult> {
  try {
    if ("fault" in spec) throw spec.fault;
    if (spec.missing.length > 0) {
      throw new AtkError("E_ENV", `${spec.missing.join(", ")} not set`, { hint: spec.hint });
    }
    const { probeServer } = await import("../mcp/probe.ts");
    context.tell({ type: "note", message: `starting ${spec.server.id} ...` });
    const found = await probeServer(spec.server, {
      env: environment(spec, context),
      cwd: await workingDirectory(spec, context),
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      server: spec.server.id,
      ok: true,
      name: found.serverInfo.name,
      version: found.serverInfo.version,
      protocol_version: found.protocolVersion ?? "",
      duration_ms: Math.round(found.durationMs),
      tools: found.tools,
    };
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const server = "server" in spec ? spec.server.id : spec.owner;
    const reason = redactText(error.message, () => "hidden");
    return { server, ok: false, code: error.code, reason, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

/** What the server would find when a client starts it from this shell. */
function environment(spec: ServerSpec, { host }: Context): Readonly<Record<string, string>> {
  const inherited = Object.entries(host.machine.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...spec.env };
}

/** A plugin that is not applied yet has no folder. */
async function workingDirectory(spec: ServerSpec, { host }: Context): Promise<string> {
  const exists = (await host.files.stat(spec.directory)) !== undefined;
  return exists ? spec.directory : host.machine.workingDirectory;
}
