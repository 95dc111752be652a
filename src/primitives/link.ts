import type { Provider } from "./provider.ts";

/** A symbolic link that atk owns. */
export const link: Provider<"link"> = {
  kind: "link",
  wanted: (content, _shape, { digest }) => digest(`link:${content.target}`),

  async observe({ locator: { file } }, { look, digest }) {
    const stat = await look.stat(file);
    if (stat === undefined) return { state: "absent" };
    if (stat.type !== "link") return { state: "present", digest: digest(`${stat.type}:${file}`) };
    return { state: "present", digest: digest(`link:${await look.files.readLink(file)}`) };
  },

  put: async ({ locator: { file }, content }) => [{ type: "link", file, target: content.target }],
  drop: async ({ locator: { file } }) => [{ type: "remove", file }],
};
