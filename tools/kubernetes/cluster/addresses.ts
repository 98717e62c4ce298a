/** The pods' network, on a bridge of this machine; the API server and DNS listen on its gateway's address. */
export const addresses = {
  bridge: 'pgwarden0',
  gateway: '10.213.0.1',
  pods: '10.213.0.0/24',
  services: '10.213.1.0/24',
  /** The one node. It resolves to loopback, where the API server finds the kubelet and nobody else does. */
  node: 'localhost',
} as const;
