import { Refusal } from '../../core/refusal.ts';

/** Takes the place of `dev` in the single executable, which has no Temporal worker: that needs a native library. */
export function dev(): never {
  throw new Refusal(
    'NotInExecutable',
    'the single executable cannot run dev, which contains a Temporal worker',
    'Run npx pgwarden dev, with Node.js 20.19 or newer.',
  );
}
