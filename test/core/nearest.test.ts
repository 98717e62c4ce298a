import { expect, test } from '@jest/globals';
import { nearest } from '../../core/nearest.ts';

const words = ['login', 'inherit', 'SELECT', 'SET', 'table', 'tablespace', 'grants'];

test.each([
  ['logn', 'login'],
  ['lgoin', 'login'],
  ['select', 'SELECT'],
  ['tables', 'table'],
  ['grnts', 'grants'],
  ['Inherits', 'inherit'],
])('%s is corrected to %s', (typed, meant) => {
  expect(nearest(typed, words)).toBe(meant);
});

test.each(['', 'x', 'approval', 'auto'])('no correction is proposed for %j', (typed) => {
  expect(nearest(typed, words)).toBeUndefined();
});
