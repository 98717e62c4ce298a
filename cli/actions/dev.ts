import { once } from 'node:events';
import { reportNews } from '../dev/news.ts';
import { writeOut } from '../output.ts';
import { newLifetime } from '../dev/lifetime.ts';
import { convergeAll, refusalOfUnconverged } from '../dev/converge.ts';
import { setUp, type SetUpOptions, type Session } from '../dev/set-up.ts';
import { showOverview, showNews, showAddresses } from '../dev/show.ts';
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

/** Shows the news of the policies until interrupted. Throws when the worker fails. */
async function stay(session: Session, interrupted: AbortSignal): Promise<void> {
  showAddresses(session);
  writeOut('\nReconciling the databases. Press Ctrl-C to stop everything.\n');
  const silence = new AbortController();
  const reporting = reportNews(
    session.source,
    (news) => {
      showNews(news, session);
    },
    silence.signal,
  );
  try {
    const stopped = interrupted.aborted ? undefined : once(interrupted, 'abort');
    await Promise.race([session.ended, stopped, reporting]);
  } finally {
    silence.abort();
    await reporting;
  }
}
