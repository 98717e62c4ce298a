export interface StatusOptions {
  readonly name: string | undefined;
  readonly namespace: string;
  readonly output: 'table' | 'json';
  readonly state: string;
}

export function status(options: StatusOptions): Promise<number> {
  return Promise.reject(new Error(JSON.stringify(options)));
}
