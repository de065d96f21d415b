// SPDX-License-Identifier: Apache-2.0
// `npm run interop:lint`: what we say of rules beside what pySigma's validators say, on a probe for each validator and on
// the public rules; writes interop/LINT.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPeer } from '../peers.ts';
import { type Finding, formatReport, type Judged, type Theirs } from './report.ts';
import { PROBES, probeFiles } from './probes.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '../shared/data');
const STIX = join(DATA, 'attack/enterprise-attack-18.1.json');
const CONFIG = `version: 1
gates:
  detect: {conventions: sigmahq, tests: {match: 0, noMatch: 0}, rules: {detect/untested: off}}
  attack-mapper: {catalogs: {attack: attack.json}}
`;
const home = process.env['HELIOS_PEERS'] ?? join(tmpdir(), 'helios-peers');
const python = findPeer('sigma-validators', home, process.argv.includes('--install'));
if (python === undefined || !existsSync(STIX)) {
  process.stdout.write(`- pySigma: ${python === undefined ? 'not here (see interop/README.md)' : `no ${STIX}`}\n`);
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), 'helios-lint-'));
try {
  const probes = judge(python, 'probes', (folder) => {
    for (const [path, text] of probeFiles()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  const rules = judge(python, 'public', (folder) => cpSync(join(DATA, 'sigma/rules'), folder, { recursive: true }));
  const { text, failed } = formatReport(PROBES, probes, rules);
  writeFileSync(join(ROOT, 'interop/LINT.md'), text);
  for (const name of failed) process.stdout.write(`✖ ${name}\n`);
  process.stdout.write(`${failed.length === 0 ? '✔' : '✖'} pySigma's validators: see interop/LINT.md\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true });
}

/** What both say of one folder of rules. */
function judge(program: string, name: string, fill: (folder: string) => void): Judged {
  const root = join(work, name);
  const folder = join(root, 'rules');
  mkdirSync(folder, { recursive: true });
  fill(folder);
  writeFileSync(join(root, 'helios.yaml'), CONFIG);
  copyFileSync(join(ROOT, 'controls/catalog/attack-enterprise-18.1.json'), join(root, 'attack.json'));
  const validate = readFileSync(join(import.meta.dirname, 'validate.py'), 'utf8');
  const catalogs = join(home, 'sigma-validators/catalogs');
  const said = execFileSync(program, ['-c', validate, folder, STIX, catalogs], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const ours = ['detect', 'attack-mapper'].flatMap((gate) => findingsOf(gate, root));
  return { theirs: JSON.parse(said) as Theirs, ours };
}

function findingsOf(gate: string, root: string): Finding[] {
  const bin = join(ROOT, 'packages', gate, 'src/bin.ts');
  const args = ['--conditions=source', bin, 'check', '--no-evidence', '--no-cache', '--format', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (stdout === '') throw new Error(stderr);
  const { gates } = JSON.parse(stdout) as {
    gates: { findings: { ruleId: string; message: string; location: { path: string } }[] }[];
  };
  return gates.flatMap(({ findings }) =>
    findings.map(({ ruleId, message, location }) => ({ ruleId, message, path: location.path.replace(/^rules\//, '') })),
  );
}
