import { AtkError } from "../core/errors.ts";
import type { Source } from "../manifest/manifest.ts";

const IMAGE =
  /^([a-z0-9]+(?:[._:/-]+[a-z0-9]+)*?)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

export interface ImageReference {
  /** Without tag and digest. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The parts of a reference as `docker pull` takes it; undefined for anything else. (distribution/reference) */
export function readImage(image: string): ImageReference | undefined {
  const [matched, name = "", tag, digest] = IMAGE.exec(image) ?? [];
  if (matched === undefined) return undefined;
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** @throws AtkError E_USAGE */
export function parseImage(image: string): Source {
  if (readImage(image) !== undefined) return { type: "oci", image };
  throw new AtkError("E_USAGE", `${JSON.stringify(image)} is not the name of a container image`, {
    hint: "atk add oci:ghcr.io/OWNER/IMAGE:TAG",
  });
}
