// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import { loadInputs } from '@helios/core/cli/actions';
import { digestTree } from '@helios/core/hash';
import { gate } from './gate.ts';
import { createJudge } from './hunt/judge.ts';
import { judgeRegion, type Region } from './hunt/region.ts';
import type { ThreadJob } from './hunt/threads.ts';

// What is sent here comes from threads.ts alone.
const { cwd, env, config, assumeLogsource, digest } = workerData as ThreadJob;
const { inputs, read } = await loadInputs(gate, config === undefined ? {} : { config }, { cwd, env });
if (digestTree(read) !== digest) throw new Error('the rules changed while they were read: run it again');
const judge = createJudge({ set: inputs.set, falco: inputs.falco.ruleset });
const numbers = new Map(inputs.set.rules.map(({ rule }, number) => [rule, number]));
const options = { withFields: inputs.set.correlations.length > 0, ...(assumeLogsource && { assumeLogsource }) };
parentPort?.on('message', (region: Region) => parentPort?.postMessage(judgeRegion(region, judge, numbers, options)));
