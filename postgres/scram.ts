import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { saslprep } from '@mongodb-js/saslprep';

const iterations = 4096;
const saltBytes = 16;

/**
 * The SCRAM-SHA-256 verifier PostgreSQL stores for a password, so that the password itself never travels.
 * A text that SASLprep refuses is taken as it is, as PostgreSQL does. Source: RFC 5802, RFC 7677; scram-common.c.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(saltBytes)): string {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

function prepared(password: string): string {
  try {
    return saslprep(password);
  } catch {
    return password;
  }
}
