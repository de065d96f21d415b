// SPDX-License-Identifier: Apache-2.0
import { main } from '@helios/core/cli';
import { run } from './cli.ts';

await main(run);
