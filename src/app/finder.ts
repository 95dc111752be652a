/** A text of a file as data. */
export type Load = (path: string, text: string) => unknown;

export interface Finder {
  /** The first of the places that exists in this folder; null when there is none. */
  search(folder: string): { readonly config: unknown; readonly filepath: string } | null;
}

/**
 * cosmiconfig's search of one folder, and nothing else of it: its usual entry also looks for its own options in
 * package.json and runs .config/config.js of the working directory, so that looking at an untrusted project
 * would run that project's code. (cosmiconfig 9.0, dist/index.js)
 */
export async function createFinder(
  places: readonly string[],
  loaders: Readonly<Record<string, Load>>,
): Promise<Finder> {
  // A CommonJS module: its exports are the default export.
  const module = (await import("cosmiconfig/dist/ExplorerSync.js")) as unknown as { readonly default: ExplorerModule };
  return new module.default.ExplorerSync({
    moduleName: "atk",
    searchPlaces: places,
    ignoreEmptySearchPlaces: false,
    searchStrategy: "none",
    loaders,
    transform: (found) => found,
    cache: false,
    metaConfigFilePath: null,
    mergeImportArrays: true,
    mergeSearchPlaces: false,
  });
}

interface ExplorerModule {
  readonly ExplorerSync: new (options: ExplorerOptions) => Finder;
}

interface ExplorerOptions {
  readonly moduleName: string;
  readonly searchPlaces: readonly string[];
  readonly ignoreEmptySearchPlaces: boolean;
  readonly searchStrategy: "none";
  readonly loaders: Readonly<Record<string, Load>>;
  readonly transform: (found: unknown) => unknown;
  readonly cache: boolean;
  readonly metaConfigFilePath: null;
  readonly mergeImportArrays: boolean;
  readonly mergeSearchPlaces: boolean;
}
