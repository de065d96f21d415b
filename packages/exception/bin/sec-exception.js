#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import module from 'node:module';

// The first bundle that a too old Node meets is this one: it says so instead of failing on syntax.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(`sec-exception needs Node >= 24.15; this is ${process.version}\n`);
  process.exit(2);
}
module.enableCompileCache?.();
await import('../dist/bin.js');
