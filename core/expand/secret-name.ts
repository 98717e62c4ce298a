const maxLength = 253;

/** `{policy}-pgr-{role}`, in the letters a Kubernetes name may have. */
export function generatedSecretName(policy: string, role: string): string {
  return `${sanitized(policy)}-pgr-${sanitized(role)}`.slice(0, maxLength).replace(/-+$/, '');
}

function sanitized(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
