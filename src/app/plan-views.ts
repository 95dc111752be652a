import type { Verdict } from "../core/decide.ts";
import { isObject, type Json } from "../core/json.ts";
import type { Change } from "../core/plan.ts";
import { redact, seal } from "../core/redact.ts";
import type { Locator } from "../core/resource.ts";
import { valueAt } from "../formats/document.ts";
import type { Subject } from "../primitives/provider.ts";
import type { Context } from "./context.ts";

/** What is there and what is wanted, redacted, for people to compare. */
export async function viewsOf(
  verdict: Verdict,
  { subject, isSealed }: { readonly subject: Subject<Locator["kind"]>; readonly isSealed: boolean },
  context: Context,
): Promise<Change["diff"] | undefined> {
  if (verdict === "noop" || verdict === "adopt" || verdict === "forget" || verdict === "blocked") return undefined;
  const mark = (text: string): string => `#${context.digest(text).slice(0, 6)}`;
  const hide = isSealed ? seal : redact;
  const before = await foundValue(subject, context);
  const after = withOwnKeys(wantedValue(subject), before, subject);
  if (before === undefined && after === undefined) return undefined;
  return {
    ...(before === undefined ? {} : { before: hide(before, mark) }),
    ...(after === undefined ? {} : { after: hide(after, mark) }),
  };
}

async function foundValue({ locator }: Subject<Locator["kind"]>, { look }: Context): Promise<Json | undefined> {
  if (locator.kind === "fragment") return valueAt(await look.data(locator.file, locator.format), locator.at);
  if (locator.kind !== "block") return undefined;
  const text = await look.text(locator.file);
  const { readBlock } = await import("../formats/markdown-block.ts");
  return text === undefined ? undefined : readBlock(text, locator.id);
}

/** Keys of the entry that are not atk's stay there, so that they are no difference. */
function withOwnKeys(
  after: Json | undefined,
  before: Json | undefined,
  { shape }: Subject<Locator["kind"]>,
): Json | undefined {
  if (shape === undefined || !isObject(after) || !isObject(before)) return after;
  const own = Object.entries(before).filter(([key]) => !shape.owned.includes(key));
  return { ...Object.fromEntries(own), ...after };
}

function wantedValue({ content }: Subject<Locator["kind"]>): Json | undefined {
  if (content?.kind === "fragment") return isObject(content.value) ? content.value : undefined;
  return content?.kind === "block" ? content.text : undefined;
}
