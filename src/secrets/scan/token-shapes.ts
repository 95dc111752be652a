import { CLOUDS } from "./shapes/clouds.ts";
import { CODE_HOSTS } from "./shapes/code-hosts.ts";
import { MODEL_VENDORS } from "./shapes/model-vendors.ts";
import { SERVICES } from "./shapes/services.ts";
import { STANDARDS } from "./shapes/standards.ts";
import type { TokenShape } from "./token-shape.ts";

/** Every shape that is looked for. Where two fit at the same place the first one names it. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  ...MODEL_VENDORS,
  ...CODE_HOSTS,
  ...CLOUDS,
  ...SERVICES,
  ...STANDARDS,
];
