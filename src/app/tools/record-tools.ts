import { countTokens } from "../../tools/count-tokens.ts";
import { sumTokens } from "../../tools/sum-tokens.ts";
import { offerDigest, type ToolRecord } from "../../tools/record-text.ts";
import type { Inputs } from "../inputs.ts";
import type { TestResult } from "../test-servers.ts";
import { withRecorded } from "./tool-records.ts";

type Answered = Extract<TestResult, { ok: true }>;

/** The inputs with what these servers say as recorded, texts and lock. Pure but for counting tokens, which loads a table. */
export async function recordTools(inputs: Inputs, results: readonly Answered[]): Promise<Inputs> {
  let { lock } = inputs;
  const toolRecords: Record<string, ToolRecord> = {};
  for (const { server, owner, offer } of results) {
    const tokens = await countTokens(offer);
    toolRecords[server] = { server, offer, tokens };
    const recorded = {
      digest: offerDigest(offer),
      count: offer.tools.length,
      tokens: sumTokens(tokens, () => true),
    };
    lock = withRecorded(lock, { owner, id: server }, recorded);
  }
  return { ...inputs, lock, toolRecords: { ...inputs.toolRecords, ...toolRecords } };
}
