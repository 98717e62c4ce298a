import { expect, test } from '@jest/globals';
import { codecConfiguration } from '../../codec/configuration.ts';

const enough = {
  PGWARDEN_ENCRYPTION_KEYS: '/etc/pgwarden-keys',
  PGWARDEN_CODEC_ISSUER: 'https://login.example.com',
  PGWARDEN_CODEC_AUDIENCE: 'temporal-ui',
  PGWARDEN_CODEC_CLAIM: 'groups',
  PGWARDEN_CODEC_ALLOWED: 'dba, audit',
  PGWARDEN_CODEC_ORIGINS: 'https://temporal.example.com',
};

test('the settings say who may read and from which page', () => {
  expect(codecConfiguration(enough)).toEqual({
    http: { host: '127.0.0.1', port: 8082 },
    origins: ['https://temporal.example.com'],
    issuer: 'https://login.example.com',
    audience: 'temporal-ui',
    claim: 'groups',
    allowed: ['dba', 'audit'],
    encoders: [],
  });
});

test.each(Object.keys(enough))('%s is required, so that no one reads by default', (name) => {
  expect(() => codecConfiguration({ ...enough, [name]: ' ' })).toThrow(`${name} is not set`);
});

test.each([
  ['PGWARDEN_CODEC_ISSUER', 'http://login.example.com', 'is not an https URL'],
  ['PGWARDEN_CODEC_ISSUER', 'login', 'is not an https URL'],
  ['PGWARDEN_CODEC_ORIGINS', '*', 'has no origin: *'],
  ['PGWARDEN_CODEC_ORIGINS', 'https://temporal.example.com/ui', 'has no origin'],
])('%s=%s is refused', (name, value, message) => {
  expect(() => codecConfiguration({ ...enough, [name]: value })).toThrow(message);
});
