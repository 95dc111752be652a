import type { JsonObject } from "../core/json.ts";
import type { Offer } from "./offer.ts";

/** The encoding that tokens are counted in. Other models' differ by some percent. */
export const TOKEN_ENCODING = "o200k_base";

/**
 * What a server takes of a model's context: tokens by name of the tool, and `""` for its instructions. Agents send a tool as its
 * name, description and schema; how they put them is their own, so it is counted as that JSON.
 */
export async function countTokens(offer: Offer): Promise<Readonly<Record<string, number>>> {
  const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
  const told = { allowedSpecial: "all", disallowedSpecial: new Set<string>() } as const;
  const tools = offer.tools.map((tool) => [String(tool["name"]), count(toldOf(tool), told)] as const);
  const own = offer.instructions === undefined ? [] : [["", count(offer.instructions, told)] as const];
  return Object.fromEntries([...own, ...tools]);
}

function toldOf({ name, description, inputSchema }: JsonObject): string {
  return JSON.stringify({ name, description, parameters: inputSchema });
}
