// A real OpenID provider for the tests, which behaves as ID-porten does: pairwise `sub`, the
// fødselsnummer as `pid` in the ID token, a level (`acr`), PKCE required.
//
// GIVEN (environment, JSON): port, clients, people {accountId: {claims, acr}}. Writes "ready",
// and each token that it gives out, to standard output.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { port, clients, people } = JSON.parse(process.env.GIVEN);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients,
  acrValues: ["low", "idporten-loa-substantial", "idporten-loa-high"],
  claims: {
    openid: ["sub", "pid"],
    profile: ["name"],
    email: ["email", "email_verified"],
    acr: null,
  },
  conformIdTokenClaims: false,
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (_ctx, accountId) =>
    createHash("sha256").update(`salt ${accountId}`).digest("hex"),
  pkce: { required: () => true },
  clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, ...people[accountId].claims }),
  }),
  // Nobody is asked for consent: ID-porten does not either.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});
provider.on("grant.success", (ctx) => {
  console.log(`token ${ctx.body.access_token}`);
  console.log(`token ${ctx.body.id_token}`);
});

// The wheel's node is a child of the process that the tests know; so this ends with its input.
process.stdin.on("end", () => process.exit()).resume();

const answer = provider.callback();
createServer(async (request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    return answer(request, response);
  }
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    return response.end(
      `<!doctype html><title>Provider</title><form method="post">
       <label>Who <input name="who"></label><button>Log in</button>
       <button name="cancel" value="1">Cancel</button></form>`,
    );
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const typed = new URLSearchParams(body);
  const who = typed.get("who");
  const result = typed.has("cancel")
    ? { error: "access_denied" }
    : { login: { accountId: who, acr: people[who].acr } };
  await provider.interactionFinished(request, response, result);
}).listen(port, "127.0.0.1", () => console.log("ready"));
