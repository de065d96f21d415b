// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { labelsSchema } from '../netpol/model/selector.ts';
import { cidrSchema } from '../netpol/model/values.ts';

const globs = z.array(z.string().min(1));
const labels = labelsSchema.refine((value) => Object.keys(value).length > 0, { error: 'must name a label at least' });

export const optionsSchema = z.strictObject({
  include: globs.default(['**/*.{yml,yaml}']).describe('Globs of the manifests of one cluster'),
  exclude: globs.default([]).describe('Globs of files to leave out'),
  destinations: globs
    .default([])
    .describe('Globs of inventories of what may be reached outside (helios/destinations/v1)'),
  cluster: z.array(cidrSchema).default([]).describe('Networks of the cluster itself: Pods, services, nodes'),
  dns: z
    .strictObject({
      namespace: z.string().min(1).default('kube-system'),
      labels: labels.default({ 'k8s-app': 'kube-dns' }),
    })
    .prefault({})
    .describe('The Pods that resolve names, which everything may ask'),
  sandbox: labels
    .default({ 'workload-type': 'sandbox' })
    .describe('Labels of what opens things that nobody trusts, such as the detonation of documents'),
  ml: labels.default({ 'workload-type': 'ml' }).describe('Labels of workloads that train or serve models'),
  storage: labels.default({ 'workload-type': 'storage' }).describe('Labels of workloads that keep data'),
  broadest: z
    .strictObject({
      ipv4: z.int().min(0).max(32).default(24).describe('Prefix length'),
      ipv6: z.int().min(0).max(128).default(48).describe('Prefix length'),
    })
    .prefault({})
    .describe('The widest network outside that a policy may allow'),
  enforcement: z
    .strictObject({
      control: z.string().min(1).optional().describe('The control that shows that the cluster enforces its policies'),
      records: globs.default(['.evidence/ccv/*.intoto.json']).describe('Globs of the records that its runs left'),
      within: z.int().positive().default(7).describe('Days that a run counts for'),
    })
    .prefault({}),
});
export type Options = Readonly<z.infer<typeof optionsSchema>>;
