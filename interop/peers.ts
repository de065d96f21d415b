// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A tool of somebody else's that must agree with us, and how its own client installs it. */
interface Peer {
  readonly program: string;
  /** Commands that put the program into `$HELIOS_PEERS/bin`; `bin` is that folder. */
  readonly install: (bin: string) => readonly (readonly [string, ...string[]])[];
}

const go =
  (module: string): Peer['install'] =>
  () => [['go', 'install', module]];
const pip =
  (name: string): Peer['install'] =>
  (bin) => [
    ['python3', '-m', 'venv', join(bin, '..', name)],
    [join(bin, '..', name, 'bin', 'pip'), 'install', '--quiet', name],
    ['ln', '-sf', join('..', name, 'bin', name), join(bin, name)],
  ];

const inToto = (bin: string): [string, string] => [
  join(bin, '..', 'in-toto', 'bin', 'python3'),
  join(bin, 'in-toto-python'),
];

/** Not a link: a Python finds its packages by the name that it is started by. */
const WRAP = `printf '#!/bin/sh\\nexec "%s" "$@"\\n' "$0" > "$1"; chmod +x "$1"`;

const PYSIGMA = ['pysigma', 'pysigma-backend-splunk', 'pysigma-backend-elasticsearch', 'pysigma-backend-kusto'];

const VALIDATORS = ['pysigma==1.5.1', 'pySigma-validators-sigmahq==0.21.0'];
/** The last releases that brought along the catalogs that newer ones fetch while they run. */
const CATALOGS = ['pysigma==0.11.23', 'pySigma-validators-sigmahq==0.12.2'];

const PEERS = {
  cosign: { program: 'cosign', install: go('github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3') },
  actionlint: { program: 'actionlint', install: go('github.com/rhysd/actionlint/cmd/actionlint@latest') },
  zizmor: { program: 'zizmor', install: pip('zizmor') },
  'pre-commit': { program: 'pre-commit', install: pip('pre-commit') },
  'go-note': {
    program: 'helios-note',
    install: (bin) => [['go', 'build', '-C', join(import.meta.dirname, 'go'), '-o', join(bin, 'helios-note'), '.']],
  },
  'in-toto': {
    program: 'in-toto-python',
    install: (bin) => [
      ['python3', '-m', 'venv', join(bin, '..', 'in-toto')],
      [join(bin, '..', 'in-toto', 'bin', 'pip'), 'install', '--quiet', 'in-toto-attestation'],
      ['sh', '-c', WRAP, ...inToto(bin)],
    ],
  },
  pysigma: {
    program: 'pysigma-python',
    install: (bin) => [
      ['python3', '-m', 'venv', join(bin, '..', 'pysigma')],
      [join(bin, '..', 'pysigma', 'bin', 'pip'), 'install', '--quiet', ...PYSIGMA],
      ['sh', '-c', WRAP, join(bin, '..', 'pysigma', 'bin', 'python3'), join(bin, 'pysigma-python')],
    ],
  },
  'sigma-validators': {
    program: 'sigma-validators-python',
    install: (bin) => [
      ['python3', '-m', 'venv', join(bin, '..', 'sigma-validators')],
      [join(bin, '..', 'sigma-validators', 'bin', 'pip'), 'install', '--quiet', ...VALIDATORS],
      [
        join(bin, '..', 'sigma-validators', 'bin', 'pip'),
        'install',
        '--quiet',
        '--no-deps',
        '--target',
        join(bin, '..', 'sigma-validators', 'catalogs'),
        ...CATALOGS,
      ],
      ['sh', '-c', WRAP, join(bin, '..', 'sigma-validators', 'bin', 'python3'), join(bin, 'sigma-validators-python')],
    ],
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

/** The peer's program, installed first where `install` says so; undefined where it is not to be had. */
export function findPeer(name: PeerName, home: string, install: boolean): string | undefined {
  const { program, install: steps } = PEERS[name];
  const bin = join(home, 'bin');
  const found = [bin, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file));
  if (found !== undefined || !install) return found;
  mkdirSync(bin, { recursive: true });
  for (const [command, ...args] of steps(bin)) {
    const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, GOBIN: bin } });
    if (status !== 0) return undefined;
  }
  return join(bin, program);
}
