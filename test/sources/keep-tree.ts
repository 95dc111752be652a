import { createNodeHost } from "../../src/host/node-host.ts";
import { keep, openStored } from "../../src/sources/store.ts";
import { manyFiles } from "./many-files.ts";

/** A process of its own: keeps the tree, opens it, and says so. Arguments: cache folder, number of files. */
const [, , cacheDirectory = "", count = ""] = process.argv;
const context = {
  host: createNodeHost(),
  manifestDirectory: cacheDirectory,
  registryDirectory: cacheDirectory,
  cacheDirectory,
};
const tree = manyFiles(Number(count));
process.stdout.write("begins\n");
await keep(tree, context);
const found = await openStored(tree.integrity, context);
process.stdout.write(`${found?.integrity ?? "nothing"}\n`);
