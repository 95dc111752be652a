/** Who commits. Source of the order: git-commit(1), "COMMIT INFORMATION". */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Signs the commits of a user who has not told git a name or an address. */
export const ATK_IDENTITY: Identity = { name: "ATK", email: "atk@localhost" };

type Lookup = (name: string) => string | undefined;

/** The user's identity for a role, completed by atk's where git knows none. `config` takes lower-case names. */
export function identityOf(role: "author" | "committer", env: Lookup, config: Lookup): Identity {
  const variable = `GIT_${role.toUpperCase()}`;
  const name = env(`${variable}_NAME`) || config(`${role}.name`) || config("user.name");
  const email = env(`${variable}_EMAIL`) || config(`${role}.email`) || config("user.email") || env("EMAIL");
  return { name: name || ATK_IDENTITY.name, email: email || ATK_IDENTITY.email };
}
