import { pipeline } from "node:stream/promises";
import type { ReadFiles } from "../../core/host.ts";
import { AtkError } from "../../core/errors.ts";
import { createGuard } from "../../tools/guard/create-guard.ts";
import type { GuardRules } from "../../tools/guard/guard-rules.ts";
import { createGuardedStreams } from "../../tools/guard/guarded-streams.ts";
import { findHidden, placeOfFinding } from "../../tools/find-hidden.ts";
import type { Offer } from "../../tools/offer.ts";
import { parseRecord } from "../../tools/record-text.ts";
import type { StdioPair, Stage } from "../start-server.ts";

/**
 * The streams of a client with a guard before them: what the server says is compared with what was recorded, and its tools are filtered.
 * @throws AtkError E_TOOLS when nothing was recorded, or what was recorded hides instructions, and policy refuses that; E_INTEGRITY.
 */
export async function guardStreams(rules: GuardRules, stage: Stage): Promise<StdioPair> {
  const offer = await recordedOffer(rules, stage);
  const guard = createGuard(rules, offer, (sentence) => stage.say(`atk: ${sentence}`));
  const { toServer, toClient } = createGuardedStreams(guard);
  const { input, output } = stage.streams();
  // Whichever side breaks ends its own way; the server's end is what is waited for.
  pipeline(input, toServer).catch(() => undefined);
  const sent = pipeline(toClient, output, { end: false }).catch(() => undefined);
  return { input: toServer, output: toClient, sent, leave: () => void input.destroy() };
}

async function recordedOffer({ server, compare }: GuardRules, { host, say }: Stage): Promise<Offer | undefined> {
  if (compare === undefined) return undefined;
  if (compare.record === undefined) {
    const message = `${server} is guarded, but what its tools are was never recorded`;
    if (compare.changed === "deny") throw new AtkError("E_TOOLS", message, { hint: `atk mcp test --record ${server}` });
    if (compare.changed === "warn") say(`atk: ${message}: atk mcp test --record ${server}`);
    return undefined;
  }
  const { file, digest } = compare.record;
  const { offer } = parseRecord(await text(file, host.files), file, digest);
  if (compare.hidden === "deny") refuseHidden(server, offer);
  return offer;
}

function refuseHidden(server: string, offer: Offer): void {
  const findings = findHidden(server, offer);
  if (findings.length === 0) return;
  const problems = findings.map((finding) => ({
    message: `${placeOfFinding(finding)} ${finding.title} (${finding.rule}): ${finding.excerpt}`,
  }));
  const why = "what it says of its tools hides instructions (policy.hidden_instructions: deny)";
  throw new AtkError("E_TOOLS", `${server} is not started: ${why}`, { problems, hint: `atk mcp test ${server}` });
}

async function text(file: string, files: Pick<ReadFiles, "read">): Promise<string> {
  const bytes = await files.read(file);
  if (bytes !== undefined) return new TextDecoder().decode(bytes);
  throw new AtkError("E_INTEGRITY", `${file} is missing: it has the texts that atk.lock has a digest of`, {
    at: { file },
    hint: "take it from git, or record the server again: atk mcp test --record",
  });
}
