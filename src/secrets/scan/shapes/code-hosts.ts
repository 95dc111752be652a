import type { TokenShape } from "../token-shape.ts";

/** Tokens of code hosts and package registries. Read 2026-11. */
export const CODE_HOSTS: readonly TokenShape[] = [
  {
    id: "github-token",
    title: "GitHub token",
    vendor: "GitHub",
    // Up to 255 characters should be expected.
    source: "https://github.blog/changelog/2021-03-31-authentication-token-format-updates-are-generally-available",
    evidence: "documented",
    begins: ["ghp_", "gho_", "ghu_", "ghr_"],
    pattern: /gh[pour]_[A-Za-z0-9]{36,251}/y,
  },
  {
    id: "github-app-token",
    title: "GitHub App installation token",
    vendor: "GitHub",
    // ghs_APPID_JWT, about 520 characters, since April 2026.
    source:
      "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app",
    evidence: "documented",
    begins: ["ghs_"],
    pattern:
      /ghs_(?:[A-Za-z0-9]{36,251}|\d{1,20}_[A-Za-z0-9_-]{10,500}\.[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,1000})/y,
  },
  {
    id: "github-fine-grained-token",
    title: "GitHub fine-grained personal access token",
    vendor: "GitHub",
    source:
      "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats",
    evidence: "documented",
    begins: ["github_pat_"],
    pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59,200}/y,
  },
  {
    id: "gitlab-token",
    title: "GitLab token",
    vendor: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    evidence: "documented",
    begins: ["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "gloas-", "glagent-"],
    // A routable token is longer and ends in `.` and nine characters.
    // (https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/)
    pattern: /gl(?:pat|dt|rt|ptt|soat|oas|agent)-[A-Za-z0-9_-]{20,300}(?:\.[a-z0-9]{2}\.?[a-z0-9]{7,9})?/y,
  },
  {
    id: "npm-token",
    title: "npm access token",
    vendor: "npm",
    source: "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/",
    evidence: "documented",
    begins: ["npm_"],
    pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    alone: true,
  },
  {
    id: "pypi-token",
    title: "PyPI API token",
    vendor: "PyPI",
    // A macaroon whose location is pypi.org or test.pypi.org.
    source: "https://pypi.org/help/#apitoken",
    evidence: "seen",
    begins: ["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
    pattern: /pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,2000}/y,
  },
  {
    id: "docker-token",
    title: "Docker access token",
    vendor: "Docker",
    source: "https://docs.docker.com/security/access-tokens/",
    evidence: "seen",
    begins: ["dckr_pat_", "dckr_oat_"],
    pattern: /dckr_[po]at_[A-Za-z0-9_-]{27,64}/y,
  },
];
