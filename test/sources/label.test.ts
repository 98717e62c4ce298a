import { expect, test } from '@jest/globals';
import { labelValue } from '../../sources/kubernetes/label.ts';

test.each([
  ['main', 'main'],
  ['ana@shop.example', 'ana-shop.example'],
  ['_hidden_', 'hidden'],
  [`${'long-name-'.repeat(6)}12345`, `${'long-name-'.repeat(6)}123`],
  [`${'x'.repeat(62)}-tail`, 'x'.repeat(62)],
  ['ä', ''],
])('as the value of a label, %p is %p', (text, value) => {
  expect(labelValue(text)).toBe(value);
});
