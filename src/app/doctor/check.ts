import type { Host } from "../../core/host.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import type { Setting } from "../scene.ts";
import type { Answer } from "./finding.ts";

/** A home whose manifest could be read. */
export interface ReadHome {
  readonly context: Context;
  readonly inputs: Inputs;
  /** The machine as the manifest sees it: its agents, and which conditions hold here. */
  readonly setting: Setting;
  /** Every plugin, opened without the network; loaded once, when the first check asks. */
  plugins(): Promise<readonly LoadedPlugin[]>;
}

export interface CheckOptions {
  /** The network may be used. */
  readonly online: boolean;
}

interface CheckOf<What extends string, Subject> {
  readonly id: string;
  readonly title: string;
  readonly about: What;
  /** No answer: nothing to say here. Writes nothing. An AtkError that it throws becomes a problem. */
  examine(subject: Subject, options: CheckOptions): Promise<readonly Answer[]>;
}

/** One thing that is looked at; what has no home, or no manifest that can be read, is not asked about it. */
export type Check = CheckOf<"machine", Host> | CheckOf<"home", Context> | CheckOf<"manifest", ReadHome>;
