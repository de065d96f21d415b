// SPDX-License-Identifier: Apache-2.0
// Runs a command in a ready workspace: `node toolchain/run.mjs <command> [args]`. Needs Node >= 18 and npm, nothing else:
// fetches the pinned package manager and, where the running Node is too old, the pinned Node; installs from the lock
// file; bundles. Each step leaves a stamp of what it was made from, and is passed over while that has not changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'node_modules', '.bin');
const STAMPS = join(ROOT, 'node_modules', '.helios');
const WINDOWS = process.platform === 'win32';

const [command, ...args] = process.argv.slice(2);
const node = pinnedNode();
step('install', [...manifests(), node], () => install(node));
if (command !== 'node') step('bundle', sources(), () => run(node, ['toolchain/bundle.ts']));
process.exitCode = spawn(command, args).status ?? 70;

/** The Node that runs everything: this one if it is new enough, else the pinned one. */
function pinnedNode() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const wanted = engines.node
    .replace(/[^\d.]/g, '')
    .split('.')
    .map(Number);
  const actual = process.versions.node.split('.').map(Number);
  if (isAtLeast(actual, wanted)) return process.execPath;
  const folder = tool('node');
  const packages = join(folder, 'node_modules');
  const [name] = existsSync(packages) ? readdirSync(packages).filter((entry) => entry.startsWith('node-')) : [];
  if (!name) {
    console.error(
      `helios needs Node >= ${wanted.join('.')}; this is ${process.version}, and the registry has none for ${process.platform}-${process.arch}`,
    );
    process.exit(2);
  }
  return join(packages, name, 'bin', WINDOWS ? 'node.exe' : 'node');
}

function isAtLeast(actual, wanted) {
  for (let i = 0; i < wanted.length; i++) if (actual[i] !== wanted[i]) return actual[i] > wanted[i];
  return true;
}

/** Installs one of the pinned tools from its own lock file, without running any script of theirs. */
function tool(name) {
  const folder = join(ROOT, 'toolchain', name);
  const stamp = digestOf([join(folder, 'package-lock.json')]);
  const file = join(folder, 'node_modules', '.stamp');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== stamp) {
    say(`fetching the pinned ${name}`);
    const npm = WINDOWS ? 'npm.cmd' : 'npm';
    check(
      spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: folder,
        stdio: ['ignore', 2, 2],
        shell: WINDOWS,
      }),
      'npm ci',
    );
    writeFileSync(file, stamp);
  }
  return folder;
}

function install(nodePath) {
  const pnpm = join(tool('pnpm'), 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  say('installing dependencies');
  run(nodePath, [pnpm, 'install', '--frozen-lockfile', '--reporter=silent']);
  // The shims in .bin prefer a `node` beside them: so `npx sec` runs on the pinned Node whatever the shell has.
  const link = join(BIN, 'node');
  rmSync(link, { force: true });
  if (nodePath !== process.execPath) symlinkSync(nodePath, link);
}

/** Does some work unless its inputs are those of the last time. */
function step(name, inputs, work) {
  const stamp = digestOf(inputs);
  const file = join(STAMPS, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return;
  work();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(file, stamp);
}

function manifests() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name, 'package.json'));
  return [...packages, ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(ROOT, name))];
}

function sources() {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name, 'src'));
  return [...manifests(), join(ROOT, 'toolchain', 'bundle.ts'), ...folders.flatMap(filesUnder)];
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** Of contents, not of times: a checkout touches every file. A program is told by its place. */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(`${file}\0`);
    if (existsSync(file) && statSync(file).size < 10_000_000) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

function run(program, programArgs) {
  // What these print goes to stderr: stdout belongs to the command.
  check(spawnSync(program, programArgs, { cwd: ROOT, stdio: ['ignore', 2, 2], env: environment() }), programArgs[0]);
}

function spawn(name, nameArgs) {
  const program = name === 'node' ? node : join(BIN, WINDOWS ? `${name}.cmd` : name);
  // Hook and action run Helios on another repository than its own.
  const cwd = process.env.HELIOS_CWD ?? ROOT;
  return spawnSync(program, nameArgs, { cwd, stdio: 'inherit', env: environment(), shell: WINDOWS });
}

function environment() {
  return { ...process.env, PATH: [dirname(node), BIN, process.env.PATH].join(delimiter) };
}

function check(result, what) {
  if (result.status === 0) return;
  console.error(`helios: ${what} failed${result.error ? `: ${result.error.message}` : ''}`);
  process.exit(70);
}

function say(what) {
  console.error(`helios: ${what} …`);
}
