import { newLifetime } from '../dev/lifetime.ts';
import { convergeAll, refusalOfUnconverged } from '../dev/converge.ts';
import { setUp, type SetUpOptions } from '../dev/set-up.ts';
import { showOverview } from '../dev/show.ts';
import { stay } from '../dev/stay.ts';
import { step } from '../../embedded/progress.ts';

export interface DevOptions extends SetUpOptions {
  readonly once: boolean;
}

const interruptedExit = 130;

/** Runs everything in this process until interrupted, or until all policies converged. Returns the exit code. */
export async function dev(options: DevOptions): Promise<number> {
  const lifetime = newLifetime();
  let running = false;
  try {
    const session = await lifetime.orInterrupted(setUp(options, lifetime));
    const policies = await lifetime.orInterrupted(convergeAll(session, options.once));
    await showOverview(session, policies);
    if (options.once) {
      const refusal = await refusalOfUnconverged(session, policies);
      if (refusal !== undefined) throw refusal;
      return 0;
    }
    running = true;
    await stay(session, lifetime.interrupted);
    return 0;
  } catch (error) {
    if (!lifetime.interrupted.aborted) throw error;
    return interruptedExit;
  } finally {
    await lifetime.end((stop) => step('Stopping', stop));
    // A setup step may still be running. The servers it started end with this process.
    if (lifetime.interrupted.aborted && !running) process.exit(interruptedExit);
  }
}
