import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const volumes = 4;

/** Manifests of a default storage class and of volumes of 10 GiB in `home` to which every user may write. */
export async function storage(home: string): Promise<readonly object[]> {
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: 'local',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  const numbers = Array.from({ length: volumes }, (_, index) => index + 1);
  return [storageClass, ...(await Promise.all(numbers.map((number) => volume(home, number))))];
}

async function volume(home: string, number: number): Promise<object> {
  const path = join(home, 'volumes', String(number));
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `local-${number}` },
    spec: {
      storageClassName: 'local',
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path },
    },
  };
}
