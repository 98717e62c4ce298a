export interface ReconcileOptions {
  readonly name: string;
  readonly namespace: string;
  readonly wait: boolean;
  readonly state: string;
}

export function reconcile(options: ReconcileOptions): Promise<number> {
  return Promise.reject(new Error(JSON.stringify(options)));
}
