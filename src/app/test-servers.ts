import { AtkError } from "../core/errors.ts";
import { redactText } from "../core/redact.ts";
import type { Context } from "./context.ts";
import { offerOf, toolNames, type Offer } from "../tools/offer.ts";
import { checkTools, type ToolCheck } from "./tools/check-tools.ts";
import { knownTools } from "./tools/known-tools.ts";
import { readRecord, recordedIn } from "./tools/tool-records.ts";
import { chooseSpecs, loadServers, type Faulty, type LoadedServers, type ServerSpec } from "./server-specs.ts";

export type TestResult =
  | {
      readonly server: string;
      readonly owner: string;
      readonly ok: true;
      readonly name: string;
      readonly version: string;
      readonly protocol_version: string;
      readonly duration_ms: number;
      readonly tools: readonly { readonly name: string; readonly description?: string }[];
      /** All that it says of itself, and what is to be said about that. */
      readonly offer: Offer;
      readonly check: ToolCheck;
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
  /** Only servers whose tools were recorded are started. */
  readonly recordedOnly?: boolean;
}

/**
 * Starts every server for real, all at the same time, and asks for all that it says of itself; a server that fails does so alone.
 * What it says is compared with what was recorded, and searched for hidden instructions.
 */
export async function testServers(request: TestRequest, context: Context): Promise<readonly TestResult[]> {
  const loaded = await loadServers(context);
  const chosen = await chooseSpecs(request.names, loaded, context);
  const specs = request.recordedOnly === true ? chosen.filter((spec) => isRecorded(spec, loaded)) : chosen;
  const answers = await Promise.all(specs.map((spec) => test(spec, request, context)));
  const known = await knownTools(loaded, context);
  const now = Object.fromEntries(answers.flatMap((each) => (each.ok ? [[each.server, toolNames(each.offer)]] : [])));
  return Promise.all(
    answers.map(async (answer) => {
      if (!answer.ok) return answer;
      const record = await readRecord(loaded.inputs, { owner: answer.owner, id: answer.server }, context).catch(
        asFault,
      );
      const { policy } = loaded.inputs.manifest;
      const { server, offer } = answer;
      return { ...answer, check: checkTools({ server, offer, record, known: { ...known, ...now }, policy }) };
    }),
  );
}

function isRecorded(spec: ServerSpec | Faulty, { inputs }: LoadedServers): boolean {
  const ids = "server" in spec ? [spec.server.id] : spec.servers;
  return ids.some((id) => recordedIn(inputs.lock, { owner: spec.owner, id }) !== undefined);
}

function asFault(error: unknown): AtkError {
  if (error instanceof AtkError) return error;
  throw error;
}

type Answer = Exclude<TestResult, { ok: true }> | Omit<Extract<TestResult, { ok: true }>, "check">;

async function test(spec: ServerSpec | Faulty, { timeoutMs, signal }: TestRequest, context: Context): Promise<Answer> {
  try {
    if ("fault" in spec) throw spec.fault;
    if (spec.missing.length > 0) {
      throw new AtkError("E_ENV", `${spec.missing.join(", ")} not set`, { hint: spec.hint });
    }
    return await ask(spec, { timeoutMs, ...(signal === undefined ? {} : { signal }) }, context);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const server = "server" in spec ? spec.server.id : spec.owner;
    const reason = redactText(error.message, () => "hidden");
    return { server, ok: false, code: error.code, reason, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

async function ask(
  spec: ServerSpec,
  limits: Pick<TestRequest, "timeoutMs" | "signal">,
  context: Context,
): Promise<Answer> {
  const { probeServer } = await import("../mcp/probe.ts");
  context.tell({ type: "note", message: `starting ${spec.server.id} ...` });
  const found = await probeServer(spec.server, {
    env: environment(spec, context),
    cwd: await workingDirectory(spec, context),
    everything: true,
    ...limits,
  });
  return {
    server: spec.server.id,
    owner: spec.owner,
    ok: true,
    name: found.serverInfo.name,
    version: found.serverInfo.version,
    protocol_version: found.protocolVersion ?? "",
    duration_ms: Math.round(found.durationMs),
    tools: found.tools,
    offer: offerOf(found.answered ?? {}, found.answered?.instructions),
  };
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
