export { database } from './database.ts';
export { policy } from './policy.ts';
export { sharedCheck } from './shared-check.ts';
