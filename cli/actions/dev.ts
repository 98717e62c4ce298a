export interface DevOptions {
  readonly directory: string | undefined;
  readonly once: boolean;
  readonly databaseUrl?: string;
  readonly state: string;
}

export function dev(options: DevOptions): Promise<number> {
  return Promise.reject(new Error(JSON.stringify(options)));
}
