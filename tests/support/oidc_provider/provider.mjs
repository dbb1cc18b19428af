// A certified OpenID provider (npm: oidc-provider) on a free port of loopback, for the tests.
//
// Prints its port. PUT /control with {"clients": […], "accounts": {…}} sets who may sign in and
// through whom; with {"rotate": true} it signs with new keys from then on. Ends with its standard
// input, so that it never outlives the test run.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { Provider } from "oidc-provider";

const state = { clients: [], accounts: {}, keys: newKeys() };
let serve = (_request, response) => response.writeHead(503).end();

function newKeys() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }];
}

function configure(issuer) {
  const provider = new Provider(issuer, {
    clients: state.clients,
    jwks: { keys: state.keys },
    cookies: { keys: ["tests only"] },
    claims: {
      openid: ["sub"],
      profile: ["preferred_username"],
      email: ["email", "email_verified"],
      groups: ["groups"],
    },
    scopes: ["openid", "profile", "email", "groups"],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    // Its own refuses to call loopback, where the tests live.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Grant: 600, Session: 600 },
    findAccount: (_context, id) =>
      id in state.accounts
        ? { accountId: id, claims: () => ({ sub: id, ...state.accounts[id] }) }
        : undefined,
  });
  provider.on("backchannel.error", (_context, error) => console.error(String(error)));
  serve = provider.callback();
}

async function control(request, response, issuer) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const { rotate, ...more } = JSON.parse(text);
  Object.assign(state, more, rotate ? { keys: newKeys() } : {});
  configure(issuer);
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  if (request.method === "PUT" && request.url === "/control") {
    void control(request, response, issuer);
  } else {
    serve(request, response);
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit(0));
