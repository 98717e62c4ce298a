import { stopBroker } from './broker.ts';

/** Jest's globalTeardown. */
export default async function stop(): Promise<void> {
  await stopBroker();
}
