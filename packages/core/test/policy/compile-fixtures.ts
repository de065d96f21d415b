// SPDX-License-Identifier: Apache-2.0
// Compiles the modules under fixtures/ again: `node compile-fixtures.ts`, with opa on the PATH.
// They are gzipped because every module carries opa's whole runtime.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileFromArchive } from '../../src/policy/archive.ts';

for (const name of ['behaviour', 'host']) {
  const folder = join(import.meta.dirname, 'fixtures', name);
  const archive = join(mkdtempSync(join(tmpdir(), 'helios-fixture-')), 'bundle.tar.gz');
  execFileSync('opa', ['build', '--bundle', '--target=wasm', `--output=${archive}`, '.'], { cwd: folder });
  const module = fileFromArchive(readFileSync(archive), '/policy.wasm');
  if (module === undefined) throw new Error(`opa compiled no module from ${folder}`);
  writeFileSync(`${folder}.wasm.gz`, gzipSync(module, { level: 9 }));
}
