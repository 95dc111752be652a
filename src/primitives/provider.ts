import type { Observed } from "../core/decide.ts";
import type { Content, Locator, Resource, Shape } from "../core/resource.ts";
import type { Recorded, RecordedFile } from "../core/state.ts";
import type { Edit } from "./edit.ts";
import type { Look } from "./look.ts";

/** Makes digests that say nothing about a secret to somebody who has only the digest. */
export type Digest = (text: string) => string;

export interface Reading {
  readonly look: Look;
  readonly digest: Digest;
}

type Of<Kind, Union> = Extract<Union, { kind: Kind }>;

export interface Subject<Kind extends Locator["kind"]> {
  readonly locator: Of<Kind, Locator>;
  readonly content: Of<Kind, Content> | undefined;
  readonly shape: Shape | undefined;
  readonly recorded: Recorded | undefined;
  readonly followsLinks: boolean;
}

/**
 * How one kind of resource is read and changed. A provider reads through `look` and returns edits;
 * it never writes, so journaling, atomic writes and undo exist once, in the transaction.
 */
export interface Provider<Kind extends Locator["kind"]> {
  readonly kind: Kind;
  /** Digest of what is wanted. */
  wanted(content: Of<Kind, Content>, shape: Shape | undefined, reading: Reading): string;
  observe(subject: Subject<Kind>, reading: Reading): Promise<Observed>;
  /** Edits after which `observe` gives the wanted digest. */
  put(subject: Subject<Kind> & { readonly content: Of<Kind, Content> }, reading: Reading): Promise<readonly Edit[]>;
  /** Edits after which nothing of it is there. */
  drop(subject: Subject<Kind>, reading: Reading): Promise<readonly Edit[]>;
  /** Files to remember beside the digest (trees). */
  files?(content: Of<Kind, Content>): Promise<readonly RecordedFile[]>;
}

export function subjectOf(resource: Resource, recorded: Recorded | undefined): Subject<Locator["kind"]> {
  return {
    locator: resource.locator,
    content: resource.content,
    shape: resource.shape,
    recorded,
    followsLinks: resource.followsLinks ?? true,
  };
}
