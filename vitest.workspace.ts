// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

// Sources run as they are: workspace packages resolve by their `source` condition, no build between.
const conditions = ['source', 'node', 'import', 'module', 'default'];

const project = (name: string) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name,
    root: `packages/${name}`,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    globalSetup: './toolchain/temporary.ts',
    projects: ['core', 'attack-mapper', 'ccv', 'detect', 'exception', 'sec'].map(project),
  },
});
