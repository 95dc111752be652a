import { createHash } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random-looking, always the same: no token stands in this repository, not even an invented one. */
export function draw(seed: string, length: number, letters: string = LETTERS): string {
  let drawn = "";
  for (let round = 0; drawn.length < length; round++) {
    const bytes = createHash("sha256").update(`${seed} ${round}`).digest();
    drawn += Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
  }
  return drawn.slice(0, length);
}

const hex = (seed: string, length: number): string => draw(seed, length, "0123456789abcdef");
const digits = (seed: string, length: number): string => draw(seed, length, "123456789");
const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString("base64url");
export const jwt = (seed: string): string =>
  `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: draw(seed, 20), iat: 1795000000 })}.${draw(seed, 43)}`;

/** For each rule texts with a token in them; what is found begins at the first `|`, which is taken out. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  "anthropic-key": [`|sk-ant-api03-${draw("a", 86)}-${draw("a2", 6)}AA`, `KEY="|sk-ant-admin01-${draw("b", 93)}"`],
  "openai-key": [`|sk-proj-${draw("c", 74)}T3BlbkFJ${draw("d", 74)}`, `OPENAI_API_KEY=|sk-svcacct-${draw("e", 120)}`],
  "openai-legacy-key": [`|sk-${draw("f", 20)}T3BlbkFJ${draw("g", 20)}`],
  "openrouter-key": [`|sk-or-v1-${hex("h", 64)}`],
  "huggingface-token": [`HF_TOKEN: |hf_${draw("i", 34)}`],
  "replicate-token": [`|r8_${draw("j", 37)}`],
  "groq-key": [`|gsk_${draw("k", 52)}`],
  "xai-key": [`|xai-${draw("l", 80)}`],
  "perplexity-key": [`|pplx-${draw("m", 48)}`],
  "tavily-key": [`|tvly-dev-${draw("n", 32)}`, `|tvly-${draw("n2", 32)}`],
  "context7-key": [`|ctx7sk-${hex("o", 8)}-${hex("p", 4)}-${hex("q", 4)}-${hex("r", 4)}-${hex("s", 12)}`],
  "langsmith-key": [`|lsv2_pt_${hex("t", 32)}_${hex("u", 10)}`],
  "github-token": [`|ghp_${draw("v", 36)}`, `{"a":"x\\n|gho_${draw("w", 36)}\\n"}`, `?t%3D|ghu_${draw("x", 36)}`],
  "github-app-token": [`|ghs_${draw("y", 36)}`, `|ghs_482913_${jwt("app")}`],
  "github-fine-grained-token": [`|github_pat_${draw("z", 22)}_${draw("aa", 59)}`],
  "gitlab-token": [`|glpat-${draw("ab", 20)}`, `|glpat-${draw("ac", 27)}.01.17${draw("ad", 7).toLowerCase()}`],
  "npm-token": [`//registry.npmjs.org/:_authToken=|npm_${draw("ae", 36)}`],
  "pypi-token": [`|pypi-AgEIcHlwaS5vcmc${draw("af", 150)}`],
  "docker-token": [`docker login -p |dckr_pat_${draw("ag", 27)}`],
  "aws-access-key-id": [`|AKIA${draw("ah", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`],
  "aws-secret-key": [
    `aws_secret_access_key = |${draw("ai", 40)}`,
    `AWS_SECRET_ACCESS_KEY='|${draw("aj", 40)}'`,
    `{\\"SecretAccessKey\\": \\"|${draw("ak", 40)}\\"}`,
  ],
  "google-api-key": [`|AIza${draw("al", 35)}`],
  "google-auth-key": [`|AQ.Ab${draw("am", 48)}`],
  "google-oauth-secret": [`|GOCSPX-${draw("an", 28)}`],
  "azure-storage-key": [
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=|${draw("ao", 86)}==;EndpointSuffix=b`,
  ],
  "cloudflare-token": [`|cfut_${draw("ap", 40)}${hex("aq", 8)}`],
  "digitalocean-token": [`|dop_v1_${hex("ar", 64)}`],
  "supabase-secret-key": [`|sb_secret_${draw("as", 31)}`],
  "supabase-access-token": [`|sbp_${hex("at", 40)}`],
  "databricks-token": [`|dapi${hex("au", 32)}-2`],
  "vault-token": [`|hvs.${draw("av", 95)}`],
  "doppler-token": [`|dp.pt.${draw("aw", 43)}`, `|dp.st.dev.${draw("ax", 43)}`],
  "1password-token": [`|ops_eyJ${draw("ay", 700)}`],
  "slack-token": [
    `|xoxb-${digits("az", 12)}-${digits("ba", 13)}-${draw("bb", 24)}`,
    `|xoxb-${digits("az", 12)}-${draw("bb", 24)}`,
    `|xoxp-${digits("bc", 12)}-${digits("bd", 12)}-${digits("be", 13)}-${hex("bf", 32)}`,
    `|xoxe.xoxp-1-${draw("bg", 163)}`,
    `|xoxe-1-${draw("bh", 146)}`,
  ],
  "slack-app-token": [`|xapp-1-A${draw("bi", 10).toUpperCase()}-${digits("bj", 13)}-${hex("bk", 64)}`],
  "slack-webhook": [`https://hooks.slack.com/services/T${digits("bl", 9)}/B${digits("bm", 10)}/|${draw("bn", 24)}`],
  "stripe-key": [`|sk_live_${draw("bo", 99)}`, `|rk_live_${draw("bp", 24)}`],
  "stripe-webhook-secret": [`|whsec_${draw("bq", 32)}`],
  "notion-token": [`|ntn_${digits("br", 11)}${draw("bs", 35)}`],
  "notion-legacy-token": [`|secret_${draw("bt", 43)}`],
  "linear-key": [`|lin_api_${draw("bu", 40)}`],
  "sentry-token": [`|sntryu_${hex("bv", 64)}`, `|sntrys_eyJ${draw("bw", 100)}=_${draw("bx", 43)}`],
  "telegram-bot-token": [`bot${""} ${digits("by", 10)}:|AA${draw("bz", 33)}`],
  "discord-bot-token": [`|${Buffer.from("482913756604518273").toString("base64")}.G${draw("ca", 5)}.${draw("cb", 38)}`],
  "twilio-api-key": [`|SK${hex("cc", 32)}`],
  "sendgrid-key": [`|SG.${draw("cd", 22)}.${draw("ce", 43)}`],
  "atlassian-token": [`|ATATT3xFfGF0${draw("cf", 171)}=${hex("cg", 8).toUpperCase()}`],
  "figma-token": [`|figd_${draw("ch", 40)}`],
  "grafana-token": [`|glsa_${draw("ci", 32)}_${hex("cj", 8)}`],
  "shopify-token": [`|shpat_${hex("ck", 32)}`],
  "private-key": [
    `|-----BEGIN PRIVATE KEY-----\n${draw("cl", 64)}\n`,
    `|-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex("cm", 32)}\n\n${draw("cn", 64)}`,
    `"|-----BEGIN OPENSSH PRIVATE KEY-----\\n${draw("co", 70)}\\n"`,
    `|-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${draw("cp", 64)}`,
  ],
  "putty-private-key": [`PuTTY-User-Key-File-3: ssh-ed25519\n|Private-Lines: 1\n${draw("cq", 48)}`],
  "age-secret-key": [`|AGE-SECRET-KEY-1${draw("cr", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`],
  jwt: [`Authorization: Bearer |${jwt("cs")}`],
  "url-password": [
    `postgres://app:|${draw("ct", 12)}@db.internal:5432/app`,
    `DATABASE_URL="mongodb+srv://app:|${draw("cu", 16)}%40@cluster0.ab1cd.mongodb.net/x"`,
    `redis://:|${draw("cv", 20)}@cache:6379`,
  ],
};
