import type { DocumentFormatId } from "../core/resource.ts";
import type { DocumentEdit } from "../formats/document.ts";

/** What a provider asks for; edits of one file are gathered and done with one read and one write. */
export type Edit =
  | {
      readonly type: "document";
      readonly file: string;
      readonly format: DocumentFormatId;
      readonly edits: readonly DocumentEdit[];
    }
  | { readonly type: "block"; readonly file: string; readonly id: string; readonly text: string | undefined }
  | {
      readonly type: "file";
      readonly file: string;
      readonly bytes: Uint8Array;
      readonly mode: number;
      readonly forceMode?: boolean;
    }
  | { readonly type: "link"; readonly file: string; readonly target: string }
  | { readonly type: "remove"; readonly file: string };
