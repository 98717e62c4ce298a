import type { DatabaseIdentity } from '../postgres/contract.ts';

/** `<server>/<database>`, the form used in the status and in search attributes. */
export function identityText({ server, database }: DatabaseIdentity): string {
  return `${server}/${database}`;
}

export function parseIdentity(text: string | undefined): DatabaseIdentity | undefined {
  const slash = text?.indexOf('/') ?? -1;
  if (text === undefined || slash < 0) return undefined;
  return { server: text.slice(0, slash), database: text.slice(slash + 1) };
}
