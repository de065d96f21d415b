// SPDX-License-Identifier: Apache-2.0
import { VERSION } from '@helios/core/version';

/**
 * The CI file that `sec init` writes: least permissions, actions by commit, nothing of the pull request in a script. The
 * proof is kept also when the gate fails.
 */
export const workflow = `name: helios
on:
  push:
    branches: [main]
  pull_request:

permissions: {}

concurrency:
  group: helios-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

jobs:
  gate:
    name: Gate the security content
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 24
      - name: Judge
        run: npx --yes @helios/sec@${VERSION} gate --format github --format sarif=helios.sarif
      - name: Keep the proof
        if: always()
        uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        with:
          name: evidence
          path: |
            .evidence/
            helios.sarif
          include-hidden-files: true
`;
