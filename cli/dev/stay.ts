import { once } from 'node:events';
import { tellNews } from './news.ts';
import type { Session } from './set-up.ts';
import { showNews, showPlaces } from './show.ts';
import { writeOut } from '../output.ts';

/** Shows what happens to the policies, until interrupted. Throws when the worker died. */
export async function stay(session: Session, interrupted: AbortSignal): Promise<void> {
  showPlaces(session);
  writeOut('\nKeeping the databases as declared. Ctrl-C stops everything.\n');
  const silence = new AbortController();
  const telling = tellNews(
    session.source,
    (news) => {
      showNews(news, session);
    },
    silence.signal,
  );
  try {
    const stopped = interrupted.aborted ? undefined : once(interrupted, 'abort');
    await Promise.race([session.ended, stopped, telling]);
  } finally {
    silence.abort();
    await telling;
  }
}
