/** `npm run bench`: every figure that the product promises, with what it is compared with in the same run. */
await import('./validate.ts');
await import('./postgres.ts');
await import('./metrics.ts');
await import('./peer.ts');
await import('./temporal.ts');
await import('./kubernetes.ts');
