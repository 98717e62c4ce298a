/**
 * Collects questions of parties that work at the same time, so that they can be answered together. The questions are
 * answered when every party has asked one or has left, or after `patienceMs`, because one slow party must not delay the
 * others for long.
 */
export interface Meeting<Q, A> {
  /** A party that asks later is answered by itself. */
  ask(question: Q): Promise<A>;
  /** Call it for each party when it has finished, whether it asked or not. */
  finished(): void;
}

interface MeetingOptions<Q, A> {
  readonly parties: number;
  readonly patienceMs: number;
  /** Answers in the order of the questions. */
  readonly answer: (questions: readonly Q[]) => readonly Promise<A>[];
}

export function meeting<Q, A>({
  parties,
  patienceMs,
  answer,
}: MeetingOptions<Q, A>): Meeting<Q, A> {
  const asked: { readonly question: Q; readonly resolve: (answer: Promise<A>) => void }[] = [];
  let expected = parties;
  const answerAll = () => {
    clearTimeout(timer);
    const waiting = asked.splice(0);
    const answers = answer(waiting.map(({ question }) => question));
    for (const [index, { resolve }] of waiting.entries()) {
      const its = answers[index];
      if (its !== undefined) resolve(its);
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    answerAll();
  }, patienceMs);
  const answerIfComplete = () => {
    if (asked.length > 0 && (isLate || asked.length >= expected)) answerAll();
    else if (expected === 0) clearTimeout(timer);
  };
  return {
    ask(question) {
      return new Promise((resolve) => {
        asked.push({ question, resolve });
        answerIfComplete();
      });
    },
    finished() {
      expected -= 1;
      answerIfComplete();
    },
  };
}
