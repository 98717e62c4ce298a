import { startBroker } from './broker.ts';

/** Jest's globalSetup. It starts no server: the first test that needs one starts it. */
export default async function start(): Promise<void> {
  process.env.PGWARDEN_TEST_BROKER = await startBroker();
}
