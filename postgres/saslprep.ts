import { saslprep } from '@mongodb-js/saslprep';

/**
 * A password as PostgreSQL and libpq hash it: SASLprep, and the text itself where SASLprep refuses it. They look for
 * what to refuse before the text is normalized, the library does it afterwards. That makes a difference for the
 * characters of `refusedBefore`, and for texts of both directions with a character that NFKC gives the other one,
 * such as the alef symbol among Latin letters, in which we follow the library.
 * Source: RFC 4013; pg_saslprep() in saslprep.c.
 */
export function preparedPassword(password: string): string {
  if (refusedBefore.test(password)) return password;
  try {
    return saslprep(password);
  } catch {
    return password;
  }
}

/**
 * Characters that RFC 3454 prohibits or, as they are younger than Unicode 3.2, does not know, and that NFKC makes
 * others of, which are fine.
 */
const refusedBefore = new RegExp(
  `[${[
    String.raw`\u{340}-\u{341}\u{3f9}\u{10fc}\u{1d2c}-\u{1d2e}\u{1d30}-\u{1d3a}\u{1d3c}-\u{1d45}`,
    String.raw`\u{1d47}-\u{1d4d}\u{1d4f}-\u{1d53}\u{1d56}-\u{1d58}\u{1d5a}-\u{1d5b}\u{1d5d}-\u{1d6a}`,
    String.raw`\u{1d78}\u{1d9b}-\u{1da6}\u{1da8}-\u{1da9}\u{1dab}-\u{1db7}\u{1db9}-\u{1dbf}`,
    String.raw`\u{2090}-\u{209c}\u{213b}-\u{213c}\u{2150}-\u{2152}\u{2189}\u{2c7c}-\u{2c7d}`,
    String.raw`\u{321d}-\u{321e}\u{3244}-\u{3247}\u{3250}\u{327c}-\u{327e}\u{32cc}-\u{32cf}\u{32ff}`,
    String.raw`\u{3377}-\u{337a}\u{33de}-\u{33df}\u{33ff}\u{a69c}-\u{a69d}\u{a7f1}-\u{a7f4}`,
    String.raw`\u{a7f8}-\u{a7f9}\u{ab5e}\u{ab69}\u{fa2e}-\u{fa2f}\u{fa6b}-\u{fa6d}\u{fa70}-\u{fad9}`,
    String.raw`\u{fe10}-\u{fe19}\u{fe47}-\u{fe48}\u{10781}-\u{10785}\u{10787}\u{10789}-\u{1078c}`,
    String.raw`\u{1078e}-\u{1079b}\u{1079e}\u{107a0}\u{107a2}-\u{107a6}\u{107a8}-\u{107ac}`,
    String.raw`\u{107ae}-\u{107af}\u{107b2}-\u{107b8}\u{1ccd6}-\u{1ccf9}\u{1d4c1}\u{1d6a4}`,
    String.raw`\u{1d7ca}-\u{1d7cb}\u{1e030}-\u{1e049}\u{1e04b}-\u{1e04f}\u{1e051}-\u{1e06b}\u{1e06d}`,
    String.raw`\u{1f100}-\u{1f10a}\u{1f110}-\u{1f12e}\u{1f130}-\u{1f14f}\u{1f16a}-\u{1f16c}\u{1f190}`,
    String.raw`\u{1f200}-\u{1f202}\u{1f210}-\u{1f23b}\u{1f240}-\u{1f248}\u{1f250}-\u{1f251}`,
    String.raw`\u{1fbf0}-\u{1fbf9}`,
  ].join('')}]`,
  'u',
);
