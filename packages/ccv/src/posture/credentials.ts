// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { inside, type Place } from '../netpol/model/object.ts';
import type { Model } from '../netpol/model/model.ts';
import type { Container, Volume } from '../netpol/model/pod-spec.ts';
import type { Workload } from '../netpol/model/workload.ts';

/** Something in a Pod's specification that a rule is about. */
export interface Held {
  readonly place: Place;
  /** `secret "db" as a volume`. */
  readonly what: string;
}

/** The service account of a workload's Pods. */
export function accountOf({ pod }: Workload): string {
  return pod.serviceAccountName || pod.serviceAccount || 'default';
}

/** Secrets and tokens that a workload's Pods are given. */
export function credentialsOf(model: Model, workload: Workload): Held[] {
  const { pod, podPlace } = workload;
  const containers = (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((list) =>
    pod[list].flatMap((container, index) => secretsOf(container, inside(podPlace, [list, index]))),
  );
  const volumes = pod.volumes.flatMap((volume, index) => secretsIn(volume, inside(podPlace, ['volumes', index])));
  return [...tokenOf(model, workload), ...containers, ...volumes];
}

/** The Pod decides whether the token is mounted, then its service account; unless either says no, it is. */
function tokenOf({ serviceAccounts }: Model, workload: Workload): Held[] {
  const { pod, podPlace, namespace } = workload;
  const account = accountOf(workload);
  const own = serviceAccounts.find((each) => each.name === account && each.namespace === namespace);
  if (!(pod.automountServiceAccountToken ?? own?.automount ?? true)) return [];
  const steps: Pointer = pod.automountServiceAccountToken === undefined ? [] : ['automountServiceAccountToken'];
  return [{ place: inside(podPlace, steps), what: `the token of service account "${account}"` }];
}

function secretsOf({ env, envFrom }: Container, place: Place): Held[] {
  return [
    ...env.flatMap(({ valueFrom }, index) =>
      valueFrom?.secretKeyRef ? [held(place, ['env', index], valueFrom.secretKeyRef.name, 'in the environment')] : [],
    ),
    ...envFrom.flatMap(({ secretRef }, index) =>
      secretRef ? [held(place, ['envFrom', index], secretRef.name, 'as the environment')] : [],
    ),
  ];
}

/** The driver of the Secrets Store CSI; others that take a secret to mount with name it in nodePublishSecretRef. */
const SECRETS_DRIVER = 'secrets-store.csi.k8s.io';

function secretsIn({ secret, projected, csi }: Volume, place: Place): Held[] {
  return [
    ...(secret ? [held(place, ['secret'], secret.secretName, 'as a volume')] : []),
    ...(projected?.sources ?? []).flatMap((source, index) => {
      const at: Pointer = ['projected', 'sources', index];
      if (source.secret) return [held(place, at, source.secret.name, 'in a projected volume')];
      return source.serviceAccountToken ? [{ place: inside(place, at), what: 'a token in a projected volume' }] : [];
    }),
    ...(csi?.driver === SECRETS_DRIVER
      ? [held(place, ['csi'], csi.volumeAttributes['secretProviderClass'], 'by the Secrets Store CSI driver')]
      : []),
  ];
}

function held(place: Place, steps: Pointer, name: string | undefined, how: string): Held {
  return { place: inside(place, steps), what: `secret "${name ?? ''}" ${how}` };
}

/** What lets a Pod act on its node, around policies and past every secret of its neighbours. */
export function nodeAccessOf({ pod, podPlace }: Workload): Held[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => pod[key]);
  return [
    ...shared.map((key) => ({ place: inside(podPlace, [key]), what: key })),
    ...(['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((list) =>
      pod[list].flatMap(({ securityContext, name }, index) =>
        securityContext.privileged
          ? [
              {
                place: inside(podPlace, [list, index, 'securityContext', 'privileged']),
                what: `privileged container "${name ?? ''}"`,
              },
            ]
          : [],
      ),
    ),
    ...pod.volumes.flatMap(({ hostPath }, index) =>
      hostPath ? [{ place: inside(podPlace, ['volumes', index, 'hostPath']), what: `hostPath ${hostPath.path}` }] : [],
    ),
  ];
}

/** Volumes that live as long as the Pod, or hold configuration alone; whatever else there is keeps data. */
const TRANSIENT = new Set([
  'name',
  'emptyDir',
  'configMap',
  'downwardAPI',
  'secret',
  'projected',
  'ephemeral',
  'hostPath',
  'image',
]);

/** Volumes that outlive the Pod. */
export function storageOf({ pod, podPlace }: Workload): Held[] {
  return pod.volumes.flatMap((volume, index) =>
    Object.keys(volume)
      .filter((key) => !TRANSIENT.has(key) && !(key === 'csi' && volume.csi?.driver === SECRETS_DRIVER))
      .map((key) => ({
        place: inside(podPlace, ['volumes', index, key]),
        what: `volume "${volume.name ?? ''}" (${volume.persistentVolumeClaim?.claimName ?? key})`,
      })),
  );
}
