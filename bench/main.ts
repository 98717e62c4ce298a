/** `npm run bench`: every figure the product promises, each beside what it is measured against in the same run. */
await import('./validate.ts');
await import('./postgres.ts');
await import('./metrics.ts');
await import('./peer.ts');
await import('./temporal.ts');
await import('./kubernetes.ts');
