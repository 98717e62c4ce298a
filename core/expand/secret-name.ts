const maxLength = 253;

/** `{policy}-pgr-{role}`, with the characters of a Kubernetes name. */
export function generatedSecretName(policy: string, role: string): string {
  return `${sanitized(policy)}-pgr-${sanitized(role)}`.slice(0, maxLength).replace(/-+$/, '');
}

function sanitized(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
