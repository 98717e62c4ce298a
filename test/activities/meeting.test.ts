import { expect, test } from '@jest/globals';
import { meeting } from '../../activities/meeting.ts';

const patient = 60_000;

/** Answers each question with the number of questions that came together. */
function counted(parties: number, patienceMs = patient) {
  const calls: number[] = [];
  const met = meeting<string, number>({
    parties,
    patienceMs,
    answer(questions) {
      calls.push(questions.length);
      return questions.map(() => Promise.resolve(questions.length));
    },
  });
  return { met, calls };
}

test('the questions of all parties are answered together', async () => {
  const { met, calls } = counted(3);
  const answers = ['a', 'b', 'c'].map((each) => met.ask(each));
  expect(await Promise.all(answers)).toEqual([3, 3, 3]);
  expect(calls).toEqual([3]);
});

test('a party that finishes without a question is not waited for', async () => {
  const { met, calls } = counted(3);
  const answers = [met.ask('a'), met.ask('b')];
  expect(calls).toEqual([]);
  met.finished();
  expect(await Promise.all(answers)).toEqual([2, 2]);
});

test('a party that is slow is answered by itself, after the others', async () => {
  const { met, calls } = counted(3, 1);
  expect(await Promise.all([met.ask('a'), met.ask('b')])).toEqual([2, 2]);
  expect(await met.ask('c')).toBe(1);
  expect(calls).toEqual([2, 1]);
});

test('each question gets its own answer, also if that is an error', async () => {
  const met = meeting<string, string>({
    parties: 2,
    patienceMs: patient,
    answer: (questions) =>
      questions.map((each) =>
        each === 'bad' ? Promise.reject(new Error('refused')) : Promise.resolve(`to ${each}`),
      ),
  });
  const good = met.ask('good');
  await expect(met.ask('bad')).rejects.toThrow('refused');
  expect(await good).toBe('to good');
});
