// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { portNumber, portName, protocol } from './values.ts';

const name = z.string().min(1);
const reference = z.looseObject({ name: name.optional() });

const containerSchema = z.looseObject({
  name: name.optional(),
  /** Of an init container: `Always` makes it a sidecar, which keeps running and may listen. */
  restartPolicy: z.string().optional(),
  ports: z
    .array(z.looseObject({ name: portName.optional(), containerPort: portNumber, protocol: protocol.default('TCP') }))
    .default([]),
  env: z
    .array(
      z.looseObject({
        name: name.optional(),
        valueFrom: z.looseObject({ secretKeyRef: reference.optional() }).optional(),
      }),
    )
    .default([]),
  envFrom: z.array(z.looseObject({ secretRef: reference.optional() })).default([]),
  securityContext: z.looseObject({ privileged: z.boolean().default(false) }).prefault({}),
});

/** Kinds of volume that can hold a secret; the others are named by their key alone. */
const volumeSchema = z.looseObject({
  name: name.optional(),
  secret: z.looseObject({ secretName: name.optional() }).optional(),
  hostPath: z.looseObject({ path: z.string() }).optional(),
  persistentVolumeClaim: z.looseObject({ claimName: name.optional() }).optional(),
  projected: z
    .looseObject({
      sources: z
        .array(z.looseObject({ secret: reference.optional(), serviceAccountToken: z.looseObject({}).optional() }))
        .default([]),
    })
    .optional(),
  csi: z
    .looseObject({
      driver: z.string(),
      volumeAttributes: z.record(z.string(), z.string()).default({}),
      nodePublishSecretRef: reference.optional(),
    })
    .optional(),
});

/** Of a Pod's `spec` what is judged here; a virtual machine has no containers. */
export const podSpecSchema = z.looseObject({
  containers: z.array(containerSchema).default([]),
  initContainers: z.array(containerSchema).default([]),
  ephemeralContainers: z.array(containerSchema).default([]),
  volumes: z.array(volumeSchema).default([]),
  serviceAccountName: z.string().optional(),
  /** The older name of the same field. */
  serviceAccount: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  hostNetwork: z.boolean().default(false),
  hostPID: z.boolean().default(false),
  hostIPC: z.boolean().default(false),
});
export type PodSpec = z.infer<typeof podSpecSchema>;
export type Container = z.infer<typeof containerSchema>;
export type Volume = z.infer<typeof volumeSchema>;
