/** The pods' network, on a bridge of this machine. The API server and DNS listen on the address of its gateway. */
export const addresses = {
  bridge: 'pgwarden0',
  gateway: '10.213.0.1',
  pods: '10.213.0.0/24',
  services: '10.213.1.0/24',
  /** The only node. Its name resolves to loopback, where only this machine can reach the kubelet. */
  node: 'localhost',
} as const;
