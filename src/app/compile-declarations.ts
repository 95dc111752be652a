import { AtkError } from "../core/errors.ts";
import { compileServer } from "../kinds/mcp-server.ts";
import { joinCompiled, type Compiled, type Scene } from "../kinds/scene.ts";
import type { Pin } from "../manifest/lock.ts";
import type { ManifestValue, Policy, ServerDeclaration, When } from "../manifest/manifest.ts";
import { keptBy } from "../manifest/kept-value.ts";
import { commandFaults } from "../trust/policy.ts";
import type { Context } from "./context.ts";
import { serverOf, variablesOf, type DeclaredServer } from "./declared-server.ts";
import { asProblem } from "./make-plan.ts";
import { declaredWords, type DeclaredPins } from "./pins/pin-declared.ts";
import { wireProgram } from "./pins/wire-program.ts";
import { refuseShared } from "./plugin-servers.ts";
import { secretNotices } from "./secret-notices.ts";
import { lookUp } from "./secrets.ts";
import type { Lock } from "../manifest/lock.ts";
import type { Inputs } from "./inputs.ts";
import { recordedIn } from "./tools/tool-records.ts";
import { toolWish } from "./tools/tool-wish.ts";

interface Setting {
  readonly active: (when: When | undefined) => boolean;
  /** What the lock says of them. */
  readonly pins: Pick<DeclaredPins, "servers" | "faults">;
  readonly scene: Scene;
}

/** The manifest's own `mcp_servers`. A fault of one is its own. */
export async function compileDeclarations(
  { manifest, lock }: Pick<Inputs, "manifest" | "lock">,
  { active, pins, scene }: Setting,
  context: Context,
): Promise<Compiled> {
  const wanted = Object.entries(manifest.servers).filter(
    ([, declaration]) => declaration.enabled && active(declaration.when),
  );
  const parts = await Promise.all(
    wanted.map(async ([owner, declaration]) => {
      try {
        const fault = pins.faults[owner];
        if (fault !== undefined) throw fault;
        return await compileDeclaration(owner, declaration, {
          agents: manifest.agents,
          policy: manifest.policy,
          lock,
          pin: pins.servers[owner]?.program,
          scene,
          context,
        });
      } catch (error) {
        if (!(error instanceof AtkError)) throw error;
        const address = `mcp_server.${owner}`;
        const refusal = {
          address,
          noun: "mcp_server",
          owner,
          agents: [],
          problem: asProblem(error),
          whole: true,
        } as const;
        return { resources: [], refusals: [refusal], notices: [] };
      }
    }),
  );
  return joinCompiled(parts);
}

interface Surroundings {
  readonly agents: readonly string[];
  readonly policy: Policy;
  readonly lock: Lock;
  readonly pin: Pin | undefined;
  readonly scene: Scene;
  readonly context: Context;
}

async function compileDeclaration(
  id: string,
  declaration: ServerDeclaration,
  { agents: standard, policy, lock, pin, scene, context }: Surroundings,
): Promise<Compiled> {
  const { secrets: secretsIn } = declaration;
  refuseByPolicy(declaration, policy, id);
  const told = serverOf(id, declaration);
  const known = secretsIn === "inline" ? await inline(id, declaration, context) : told;
  const agents = [...(declaration.agents ?? standard)].sort();
  const tools = await toolWish(declaration, { id, recorded: recordedIn(lock, { owner: id, id }) }, context);
  const program = { owner: id, words: declaredWords(declaration), pin, isPending: pin === undefined };
  const { server, fromStore, notices } = wireProgram(known.server, program, policy);
  const compiled = compileServer({ owner: id, ...known, server, fromStore, agents, secretsIn, tools }, scene);
  return {
    ...compiled,
    notices: [...compiled.notices, ...notices, ...secretNotices(id, secretsIn, [{ secrets: variablesOf(told) }])],
  };
}

/** @throws AtkError E_POLICY */
function refuseByPolicy(declaration: ServerDeclaration, policy: Policy, id: string): void {
  const commands = "command" in declaration ? [[declaration.command, ...declaration.args].join(" ")] : [];
  const faults = commandFaults(commands, policy);
  if (faults.length > 0)
    throw new AtkError("E_POLICY", `${id}: ${faults.join("; ")}`, { hint: "change policy: in the manifest" });
}

/** The server with what is kept elsewhere in clear, for a user who wants it so. */
async function inline(id: string, declaration: ServerDeclaration, context: Context): Promise<DeclaredServer> {
  refuseShared(id, context);
  const clear = async (written: Readonly<Record<string, ManifestValue>>): Promise<Record<string, ManifestValue>> => {
    const values = Object.entries(written).map(async ([name, value]): Promise<readonly [string, ManifestValue]> => {
      const kept = keptBy(value);
      return [name, kept === undefined ? value : await lookUp(kept, context)];
    });
    return Object.fromEntries(await Promise.all(values));
  };
  if ("url" in declaration) return serverOf(id, { ...declaration, headers: await clear(declaration.headers) });
  return serverOf(id, { ...declaration, env: await clear(declaration.env) });
}
