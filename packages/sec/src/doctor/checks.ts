// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, existsSync, globSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type GateSettings, gateSettings, type Project } from '@helios/core/config';
import { HeliosError, messageOf } from '@helios/core/error';
import { git } from '@helios/core/git';
import { listFiles } from '@helios/core/input';
import { GATE_IDS, loadGate } from '../gates.ts';
import { policyVerify } from '../policy/commands.ts';

/** What was found: fine, worth a look, or broken so that gates cannot be trusted to run. */
export interface Diagnosis {
  readonly state: 'ok' | 'warning' | 'broken';
  readonly said: string;
  /** What to do; absent where all is well. */
  readonly remedy?: string;
}

interface Patient {
  readonly project: Project;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Check {
  readonly id: string;
  readonly examine: (patient: Patient) => Promise<Diagnosis> | Diagnosis;
}

const ok = (said: string): Diagnosis => ({ state: 'ok', said });
const warning = (said: string, remedy: string): Diagnosis => ({ state: 'warning', said, remedy });
const broken = (said: string, remedy: string): Diagnosis => ({ state: 'broken', said, remedy });

/** The one list of what `sec doctor` looks at, in its order. */
export const CHECKS: readonly Check[] = [
  { id: 'git', examine: examineGit },
  { id: 'configuration', examine: examineConfiguration },
  { id: 'gates', examine: examineGates },
  { id: 'exceptions', examine: examineExceptions },
  { id: 'policies', examine: examinePolicies },
  { id: 'evidence', examine: examineEvidence },
  { id: 'keys', examine: examineKeys },
  { id: 'ci', examine: examineCi },
];

function examineGit({ project: { root } }: Patient): Diagnosis {
  if (!isRepository(root)) return warning('no git repository here: runs are recorded without a commit', 'git init');
  const shallow = git(root, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'true';
  return shallow
    ? warning('the clone is shallow: earlier commits cannot be compared with or replayed', 'git fetch --unshallow')
    : ok('a work tree with its whole history');
}

function isRepository(root: string): boolean {
  try {
    git(root, ['rev-parse', '--git-dir']);
    return true;
  } catch {
    return false;
  }
}

async function examineConfiguration({ project }: Patient): Promise<Diagnosis> {
  if (!project.file) return broken(`no helios.yaml in ${project.root} or above`, 'sec init');
  try {
    await settingsOf(project);
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    const { line, hint } = thrown.detail;
    return broken(
      `${project.file.path}${line === undefined ? '' : `:${line}`}: ${thrown.message}`,
      hint ?? 'Correct it.',
    );
  }
  return ok(`${project.file.path} is sound`);
}

/** Throws HeliosError `config` for a section that is wrong. */
async function settingsOf(project: Project): Promise<Map<string, GateSettings>> {
  const configured = GATE_IDS.filter((id) => Object.hasOwn(project.sections, id));
  const settings = new Map<string, GateSettings>();
  for (const id of configured) settings.set(id, await gateSettings(project, await loadGate(id)));
  return settings;
}

async function soundSettings(project: Project): Promise<Map<string, GateSettings>> {
  try {
    return await settingsOf(project);
  } catch (thrown) {
    if (thrown instanceof HeliosError) return new Map();
    throw thrown;
  }
}

async function examineGates({ project }: Patient): Promise<Diagnosis> {
  const unknown = Object.keys(project.sections).filter((id) => !GATE_IDS.includes(id));
  if (unknown.length > 0) return broken(`no gate ${unknown.join(', ')}`, `Gates: ${GATE_IDS.join(', ')}.`);
  const settings = await soundSettings(project);
  if (settings.size === 0) return broken('no gate is configured', 'Name one under gates in helios.yaml, or sec init.');
  const idle = [...settings].filter(([, { options, optional }]) => !optional && matches(project.root, options) === 0);
  if (idle.length > 0) {
    return broken(
      `${idle.map(([id]) => id).join(', ')}: no file matches what is included`,
      'Correct include in helios.yaml, or say optional: true.',
    );
  }
  return ok([...settings.keys()].join(', '));
}

/** How many files a gate would look at; 1 for a gate that does not say so by globs. */
function matches(root: string, options: unknown): number {
  const { include, exclude } = options as { include?: string[]; exclude?: string[] };
  return include === undefined ? 1 : listFiles(root, { include, ...(exclude && { exclude }) }).files.length;
}

function examineExceptions({ project: { root, config } }: Patient): Diagnosis {
  if (config.exceptions.length === 0) return ok('none are configured');
  const { files } = listFiles(root, { include: config.exceptions });
  return files.length > 0
    ? ok(files.join(', '))
    : warning(`no register at ${config.exceptions.join(', ')}`, 'sec init writes an empty one.');
}

async function examinePolicies({ project, env }: Patient): Promise<Diagnosis> {
  const policy = (await soundSettings(project)).get('policy');
  if (!policy && Object.hasOwn(project.sections, 'policy')) {
    return warning('not looked at: the configuration is not sound', 'Correct that first.');
  }
  if (!policy) return ok('none are configured');
  const { bundle } = policy.options as { bundle: string };
  try {
    await policyVerify({ root: project.root, bundle, environment: env });
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    return broken(`${thrown.detail.path ?? bundle}: ${thrown.message}`, thrown.detail.hint ?? 'sec policy build');
  }
  return isOnPath('opa', env)
    ? ok(`${bundle}: module, sources and lock belong together`)
    : warning(`${bundle} is fresh, and opa is not here`, 'Only who changes policies needs opa, on PATH or by --opa.');
}

function examineEvidence({ project: { root, config } }: Patient): Diagnosis {
  const folder = join(root, config.evidence.directory);
  try {
    if (existsSync(folder)) accessSync(folder, constants.W_OK);
    else rmdirSync(mkdirSync(folder, { recursive: true }) ?? folder);
  } catch (thrown) {
    return broken(`${config.evidence.directory} cannot be written: ${messageOf(thrown)}`, 'Let it be written.');
  }
  if (!isRepository(root)) return ok(`${config.evidence.directory} can be written`);
  try {
    git(root, ['check-ignore', '--quiet', join(config.evidence.directory, 'gates', 'x.json')]);
    return ok(`${config.evidence.directory} can be written, and git ignores it`);
  } catch {
    return warning(
      `${config.evidence.directory} is not ignored by git: every local run would show as a change`,
      `echo '${config.evidence.directory}/' >> .gitignore`,
    );
  }
}

function examineKeys({ project: { root, config }, env }: Patient): Diagnosis {
  const { key, log, keyless } = config.evidence;
  const given = [key, log?.key].filter((each) => each !== undefined);
  if (given.length === 0)
    return keyless
      ? ok('keyless')
      : warning('proofs are not signed', 'sec evidence keygen, and evidence.key in helios.yaml');
  for (const each of given) {
    if (each.startsWith('env:')) {
      const name = each.slice('env:'.length);
      if (env[name] === undefined) return warning(`${name} is not set here`, 'Only where runs are signed it must be.');
      continue;
    }
    const file = resolve(root, each);
    if (!existsSync(file))
      return broken(`${each} is not there`, 'sec evidence keygen, or correct evidence in helios.yaml.');
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      return broken(`${each} can be read by others`, `chmod 600 ${each}`);
    }
  }
  return ok(given.join(', '));
}

function examineCi({ project: { root } }: Patient): Diagnosis {
  const files = globSync(['.github/workflows/*.{yml,yaml}', '.gitlab-ci.yml'], { cwd: root }).sort();
  const calling = files.filter((path) =>
    /\bsec(?:-[a-z]{1,20}){0,3} |helios/.test(readFileSync(join(root, path), 'utf8')),
  );
  if (calling.length > 0) return ok(calling.join(', '));
  return warning(
    files.length === 0 ? 'no CI file is here' : `${files.join(', ')}: none calls a gate`,
    'sec init writes one.',
  );
}

function isOnPath(program: string, env: Patient['env']): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
