/** Where backups are kept. Paths are relative with forward slashes, e.g. `openmemory/20261121T030000Z-1a2b3c/data.tar.gz`. */
export interface Target {
  readonly name: string;
  /** true: it compresses and encrypts by itself (restic), so it gets a plain tar. */
  readonly raw: boolean;
  /** All files below a folder ("" = everything), with sizes in bytes. A folder that is not there has none. */
  list(folder: string): Promise<readonly { readonly path: string; readonly size: number }[]>;
  /** @throws AtkError E_BACKUP when it is not there or the target is gone. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** The file is there whole or not at all: written beside and renamed (and fsynced where it is a file system). */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  remove(path: string): Promise<void>;
}
