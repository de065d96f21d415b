// SPDX-License-Identifier: Apache-2.0
// Packs what a tag releases into release/: every package, the SBOM, the evidence of this checkout, and the sha256 of each.
// `node toolchain/release.ts v1.2.3` is refused where the sources say another version, or no verdict has been left.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERSION } from '../packages/core/src/version.ts';

const ROOT = dirname(import.meta.dirname);
const RELEASE = join(ROOT, 'release');
const PNPM = join(ROOT, 'toolchain/pnpm/node_modules/pnpm/bin/pnpm.mjs');

const [tag] = process.argv.slice(2);
if (tag !== `v${VERSION}`) throw new Error(`${tag ?? 'no tag'} is not the version of the sources, v${VERSION}`);
if (!existsSync(join(ROOT, '.evidence/builds'))) throw new Error('no verdict is on record: npm run gate');

rmSync(RELEASE, { recursive: true, force: true });
mkdirSync(RELEASE);
execFileSync(process.execPath, [PNPM, '--recursive', 'pack', '--pack-destination', RELEASE], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 2],
});
copyFileSync(join(ROOT, 'sbom/helios.cdx.json'), join(RELEASE, `helios-${VERSION}.cdx.json`));
execFileSync('tar', ['-C', ROOT, '-czf', join(RELEASE, `helios-${VERSION}-evidence.tar.gz`), '.evidence']);

const sums = readdirSync(RELEASE)
  .sort()
  .map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(RELEASE, name)))
        .digest('hex')}  ${name}\n`,
  );
writeFileSync(join(RELEASE, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));
