import { once } from 'node:events';
import { reportNews } from './news.ts';
import type { Session } from './set-up.ts';
import { showNews, showAddresses } from './show.ts';
import { writeOut } from '../output.ts';

/** Shows the news of the policies until interrupted. Throws when the worker fails. */
export async function stay(session: Session, interrupted: AbortSignal): Promise<void> {
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
