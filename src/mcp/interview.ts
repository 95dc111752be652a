import type { Client } from "@modelcontextprotocol/client";
import type { Deadline } from "./deadline.ts";
import type { Stage } from "./probe-failure.ts";

/** All that a server says of itself, as it sent it. What it does not have is empty. */
export interface Answered {
  readonly instructions?: string;
  readonly tools: readonly unknown[];
  readonly prompts: readonly unknown[];
  readonly resources: readonly unknown[];
  readonly resourceTemplates: readonly unknown[];
}

/** Prompts, resources and their templates, all pages, as far as the server says that it has them. */
export async function askForTheRest(
  client: Client,
  stage: { now: Stage },
  deadline: Deadline,
): Promise<Omit<Answered, "tools">> {
  const { prompts, resources } = client.getServerCapabilities() ?? {};
  const instructions = client.getInstructions();
  const options = (now: Stage): { readonly timeout: number } => {
    stage.now = now;
    return { timeout: deadline.leftMs() };
  };
  return {
    ...(instructions === undefined ? {} : { instructions }),
    prompts: await listOf(prompts, async () => (await client.listPrompts(undefined, options("prompts/list"))).prompts),
    resources: await listOf(
      resources,
      async () => (await client.listResources(undefined, options("resources/list"))).resources,
    ),
    resourceTemplates: await listOf(
      resources,
      async () =>
        (await client.listResourceTemplates(undefined, options("resources/templates/list"))).resourceTemplates,
    ),
  };
}

/** JSON-RPC's "method not found": servers say they have resources, and mean only a part of what belongs to them. */
const NO_SUCH_METHOD = -32601;

async function listOf<T>(capability: unknown, list: () => Promise<readonly T[]>): Promise<readonly T[]> {
  if (capability === undefined) return [];
  try {
    return await list();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === NO_SUCH_METHOD) return [];
    throw error;
  }
}
