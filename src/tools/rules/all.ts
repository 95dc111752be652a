import { rule as bidiControls } from "./bidi-controls.ts";
import { rule as encodedBlob } from "./encoded-blob.ts";
import { rule as hidesFromUser } from "./hides-from-user.ts";
import { rule as instructionTags } from "./instruction-tags.ts";
import { rule as invisibleCharacters } from "./invisible-characters.ts";
import { rule as oddName } from "./odd-name.ts";
import { rule as otherServers } from "./other-servers.ts";
import { rule as overlong } from "./overlong.ts";
import { rule as overridesInstructions } from "./overrides-instructions.ts";
import { rule as readsSecrets } from "./reads-secrets.ts";
import type { Rule } from "./rule.ts";
import { rule as sendsData } from "./sends-data.ts";
import { rule as shadowedName } from "./shadowed-name.ts";
import { rule as terminalEscapes } from "./terminal-escapes.ts";

export const RULES: readonly Rule[] = [
  invisibleCharacters,
  bidiControls,
  terminalEscapes,
  overridesInstructions,
  instructionTags,
  hidesFromUser,
  readsSecrets,
  sendsData,
  otherServers,
  shadowedName,
  oddName,
  overlong,
  encodedBlob,
];
