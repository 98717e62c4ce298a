import { expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { newsOnly } from '../../sources/kubernetes/news-only.ts';

function trouble(message: string): Refusal {
  return new Refusal('KubernetesForbidden', message, 'Grant it.');
}

function recordedNews() {
  const messages: string[] = [];
  let now = 0;
  const news = newsOnly(
    ({ message }) => messages.push(message),
    () => now,
  );
  const after = (ms: number) => {
    now += ms;
  };
  return { messages, news, after };
}

test('the same error is logged once, and again after five minutes', () => {
  const { messages, news, after } = recordedNews();
  for (let attempt = 0; attempt < 150; attempt += 1) {
    news.report(trouble('forbidden'));
    after(2_000);
  }
  expect(messages).toEqual(['forbidden']);
  news.report(trouble('forbidden'));
  expect(messages).toEqual(['forbidden', 'forbidden']);
});

test('another error is logged, and so is one that comes back', () => {
  const { messages, news } = recordedNews();
  for (const message of ['forbidden', 'no answer', 'no answer', 'forbidden']) {
    news.report(trouble(message));
  }
  expect(messages).toEqual(['forbidden', 'no answer', 'forbidden']);
  news.over();
  news.report(trouble('forbidden'));
  expect(messages).toHaveLength(4);
});
