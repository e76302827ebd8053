/*
 * An OpenID Connect provider on loopback: told its port, its private keys and its clients as JSON in the first argument.
 * Clients sign in for themselves (client_credentials), so that a token's subject is the client's id. Says when it listens.
 */
import { Provider } from 'oidc-provider';

const { port, keys, clients, audience, algorithm, seconds } = JSON.parse(process.argv[2]);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys },
  clients: clients.map((id) => ({
    client_id: id,
    client_secret: 'loopback',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:fengqiao',
      getResourceServerInfo: (_context, resource) => ({
        scope: 'api',
        // Another resource has another audience.
        audience: resource === 'urn:fengqiao' ? audience : resource,
        accessTokenTTL: seconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: algorithm } },
      }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => console.log('listening'));
