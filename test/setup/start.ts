import { startBroker } from './broker.ts';

/** Jest's globalSetup. It starts no server yet: each is started by the first test that asks for it. */
export default async function start(): Promise<void> {
  process.env.PGWARDEN_TEST_BROKER = await startBroker();
}
