import type { Locator } from "../core/resource.ts";
import { block } from "./block.ts";
import { command } from "./command.ts";
import { fragment } from "./fragment.ts";
import { link } from "./link.ts";
import type { Provider } from "./provider.ts";
import { service } from "./service.ts";
import { timer } from "./timer.ts";
import { tree } from "./tree.ts";
import { wholeFile } from "./whole-file.ts";

const PROVIDERS = { fragment, block, file: wholeFile, link, tree, command, service, timer };

/** The provider of a kind, typed for callers that treat all kinds alike. */
export function providerOf(kind: Locator["kind"]): Provider<Locator["kind"]> {
  return PROVIDERS[kind] as unknown as Provider<Locator["kind"]>;
}
