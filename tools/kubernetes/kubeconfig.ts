interface Access {
  readonly url: string;
  /** Certificates to trust, PEM. */
  readonly authority: Buffer;
  readonly token: string;
}

/** The text of a kubeconfig file, in JSON, which is valid YAML. It contains the token. */
export function adminKubeconfig({ url, authority, token }: Access): string {
  const name = 'test';
  const cluster = { server: url, 'certificate-authority-data': authority.toString('base64') };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
