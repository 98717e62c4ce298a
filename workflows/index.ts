export { database } from './database.ts';
export { policy } from './policy.ts';
