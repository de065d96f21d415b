// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** An installed sigma-cli with its data at hand. */
export interface SigmaCli {
  readonly program: string;
  /** `sigma-cli 3.1.0, pySigma 1.5.1` */
  readonly version: string;
  /** Its home folder, where it keeps its data. */
  readonly env: Readonly<Record<string, string>>;
}

/** The peer by $SIGMA or PATH, links resolved: its interpreter stands beside it. Undefined where there is none. */
export function findSigma(env: NodeJS.ProcessEnv): string | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'sigma'));
  const found = env['SIGMA'] ?? onPath.find((file) => existsSync(file));
  return found === undefined ? undefined : realpathSync(found);
}

/**
 * Gives sigma-cli the ATT&CK data that it would fetch, by its own command, in a home of its own. D3FEND data is asked
 * for along with it; an empty ontology does, as no rule carries a D3FEND tag.
 */
export function prepareSigma(program: string, attack: string, folder: string): SigmaCli {
  const home = join(folder, 'sigma-home');
  mkdirSync(home);
  const d3fend = join(home, 'd3fend.json');
  writeFileSync(d3fend, '{ "@graph": [] }');
  const env = { HOME: home };
  const urls = ['--url', `mitre_attack:${attack}`, '--url', `mitre_d3fend:${d3fend}`];
  const said = run(program, ['pysigma', 'update-cache', '--yes', ...urls], env);
  if (!said.includes('ATT&CK cached')) throw new Error(`sigma-cli did not take the ATT&CK data:\n${said}`);
  return { program, version: versionOf(program, env), env };
}

/** Its own `version` command asks a registry for newer ones: the package's metadata does not. */
function versionOf(program: string, env: Readonly<Record<string, string>>): string {
  const script =
    "from importlib.metadata import version as v; print(f\"sigma-cli {v('sigma-cli')}, pySigma {v('pysigma')}\")";
  return run(join(dirname(program), 'python3'), ['-c', script], env).trim();
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}
