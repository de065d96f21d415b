// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** A secret, and how somebody would have written it down. */
export interface Planted {
  readonly kind: string;
  readonly secret: string;
  readonly text: string;
}

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** As random as secrets are, and the same every time. Put together here, so that no scanner takes this file for a leak. */
function noise(seed: string, length: number, alphabet = ALNUM): string {
  let text = '';
  for (let round = 0; text.length < length; round++) {
    for (const byte of createHash('sha256').update(`${seed}/${round}`).digest())
      text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

const PREFIXES: readonly (readonly [prefix: string, length: number])[] = [
  ...['p', 'o', 'u', 's', 'r'].map((kind) => [`gh${kind}_`, 36] as const),
  ['github_pat_', 60],
  ...['pat', 'dt', 'ptt', 'rt', 'cbt', 'soat', 'ft', 'imt', 'agent', 'oas'].map((kind) => [`gl${kind}-`, 20] as const),
  ...['a', 'b', 'e', 'o', 'p', 'r', 's'].map((kind) => [`xox${kind}-`, 30] as const),
  ['xapp-', 40],
  ['AIza', 35],
  ['ya29.', 40],
  ['GOCSPX-', 28],
  ...['sk_live_', 'sk_test_', 'rk_live_', 'pk_live_', 'whsec_'].map((kind) => [kind, 24] as const),
  ...[
    'sk-',
    'sk-ant-',
    'sk-proj-',
    'hf_',
    'npm_',
    'pypi-',
    'dop_v1_',
    'doo_v1_',
    'shpat_',
    'shpss_',
    'shppa_',
    'glsa_',
  ].map((kind) => [kind, 32] as const),
  ...[
    'lin_api_',
    'figd_',
    'pscale_tkn_',
    'rubygems_',
    'sbp_',
    'hvs.',
    'hvb.',
    'nvapi-',
    'gsk_',
    'xai-',
    'r8_',
    'dckr_pat_',
  ].map((kind) => [kind, 36] as const),
];

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const NAMES = [
  'password passwd passphrase pwd secret token credential api_key apikey api-key access_key account_key',
  'AccountKey client_secret clientSecret client-key private_key signing_key encryption_key',
  'SharedAccessKey license_key auth auth_token oauth_token refresh_token bot_token session_key',
  'master_key storage_key service_key deploy_key webhook_secret DB_PASSWORD PGPASSWORD REDIS_PASSWORD',
  'MYSQL_ROOT_PASSWORD AWS_SECRET_ACCESS_KEY ConnectionString connection_string userPassword',
].flatMap((line) => line.split(' '));
const FORMS: readonly ((name: string, secret: string) => string)[] = [
  (name, secret) => `${name}=${secret}`,
  (name, secret) => `${name}: "${secret}"`,
  (name, secret) => `{"${name}": "${secret}"}`,
];
const SCHEMES = [
  'postgres',
  'postgresql',
  'mysql',
  'mongodb',
  'mongodb+srv',
  'redis',
  'rediss',
  'amqp',
  'ftp',
  'https',
  'smtp',
  'ldap',
];

/** More than two hundred kinds. */
export function plantedSecrets(): Planted[] {
  const b64 = (text: string): string => Buffer.from(text).toString('base64url');
  const jwt = `${b64('{"alg":"HS256"}')}.${b64('{"sub":"1234567890","admin":true}')}.${noise('jwt', 43)}`;
  const lone = (kind: string, secret: string): Planted => ({ kind, secret, text: `uses ${secret} here` });
  return [
    ...PREFIXES.map(([prefix, length]) => lone(prefix, prefix + noise(prefix, length))),
    ...['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AROA', 'AIDA'].map((prefix) =>
      lone(prefix, prefix + noise(prefix, 16, UPPER)),
    ),
    ...['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', 'DSA '].map((name) => {
      const body = noise(`${name}key`, 200);
      return {
        kind: `${name}key`,
        secret: body,
        text: `-----BEGIN ${name}PRIVATE KEY-----\n${body}\n-----END ${name}PRIVATE KEY-----`,
      };
    }),
    lone('jwt', jwt),
    lone('sendgrid', `SG.${noise('sg1', 22)}.${noise('sg2', 43)}`),
    lone('telegram', `${noise('tg', 9, '0123456789')}:${noise('tg2', 35)}`),
    ...SCHEMES.map((scheme) => {
      const secret = noise(scheme, 14);
      return { kind: scheme, secret, text: `at ${scheme}://user:${secret}@db.example.com/x` };
    }),
    ...['Bearer', 'Basic', 'bearer', 'token', 'ApiKey'].map((scheme) => {
      const secret = noise(scheme, 30);
      return { kind: scheme, secret, text: `Authorization ${scheme} ${secret}` };
    }),
    ...['sig', 'signature', 'token', 'key', 'X-Amz-Signature'].map((name) => {
      const secret = noise(`?${name}`, 32);
      return { kind: `?${name}`, secret, text: `https://x.example/y?a=1&${name}=${secret}` };
    }),
    ...NAMES.flatMap((name) =>
      FORMS.map((form, at) => {
        const secret = noise(`${name}/${at}`, 12);
        return { kind: `${name}/${at}`, secret, text: form(name, secret) };
      }),
    ),
  ];
}
