import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Signs certificates, as cert-manager or an operator does. */
export interface Authority extends Certificate {
  /** For a server with these names and addresses. */
  readonly server: (names: readonly string[], validity?: Validity) => Promise<Certificate>;
  /** For a client that logs in as this role. */
  readonly client: (role: string, validity?: Validity) => Promise<Certificate>;
}

interface Validity {
  readonly from: Date;
  readonly until: Date;
}

const hour = 3_600_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const provider = webcrypto;

function now(): Validity {
  return { from: new Date(Date.now() - hour), until: new Date(Date.now() + 24 * hour) };
}

export async function newAuthority(name: string, validity: Validity = now()): Promise<Authority> {
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      ...timesOf(validity),
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    },
    provider,
  );
  const signed = async (
    subject: string,
    extensions: x509.Extension[],
    validFor: Validity = now(),
  ): Promise<Certificate> => {
    const { publicKey, privateKey } = await newKeys();
    const cert = await x509.X509CertificateGenerator.create(
      {
        subject,
        issuer: root.subject,
        publicKey,
        signingKey: keys.privateKey,
        ...timesOf(validFor),
        signingAlgorithm: algorithm,
        extensions,
      },
      provider,
    );
    return { cert: pem(cert), key: await pemOfKey(privateKey) };
  };
  return {
    cert: pem(root),
    key: await pemOfKey(keys.privateKey),
    server: (names, validFor) =>
      signed('CN=server', [new x509.SubjectAlternativeNameExtension(names.map(named))], validFor),
    client: (role, validFor) => signed(`CN=${role}`, [], validFor),
  };
}

function named(text: string): x509.JsonGeneralName {
  return { type: /^[\d.]+$|:/.test(text) ? 'ip' : 'dns', value: text };
}

function timesOf({ from, until }: Validity): { notBefore: Date; notAfter: Date } {
  return { notBefore: from, notAfter: until };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return provider.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await provider.subtle.exportKey('pkcs8', key);
  const lines = Buffer.from(bytes).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
