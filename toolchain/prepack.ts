// SPDX-License-Identifier: Apache-2.0
// Completes a package before it is packed: what lies once in the repository and must travel with each binary.
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const folder = process.cwd();
const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin?: unknown };

cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
// Binaries look for the catalogs upward from where they are: in the repository they find controls/, in a package its own.
if (bin) cpSync(join(ROOT, 'controls', 'catalog'), join(folder, 'controls', 'catalog'), { recursive: true });
