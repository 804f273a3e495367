// An identity provider for one test: node provider.mjs '{"port": 1234, "redirect": "http://…", "secret": "…",
// "method": "client_secret_basic", "people": {"SUBJECT": {"preferred_username": "mei", …}}}'. Whoever types a subject of
// `people` as the name is that person. Prints one line when it listens; ends with its standard input.
import { Provider } from 'oidc-provider';

const options = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${options.port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'hushgate',
      client_secret: options.secret,
      redirect_uris: [options.redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: options.method,
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email', 'email_verified'] },
  findAccount: (context, id) =>
    options.people[id] && { accountId: id, claims: () => ({ sub: id, ...options.people[id] }) },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['of this test alone'] },
});
provider.listen(options.port, '127.0.0.1', () => console.log(issuer));
process.stdin.resume().on('end', () => process.exit(0));
