import { stat } from 'node:fs/promises';

export interface FileSignature {
  /** Changes whenever the file is written, replaced or moved. It takes one stat and no read. */
  readonly text: string;
  readonly ageMs: number;
}

/** Undefined if the file does not exist; throws any other error. */
export async function fileSignature(path: string): Promise<FileSignature | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs } = await stat(path, { bigint: true });
    const text = [dev, ino, size, mtimeNs, ctimeNs].join(':');
    return { text, ageMs: Date.now() - Number(mtimeMs) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The error code of the system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const isSystemError = typeof error === 'object' && error !== null && 'code' in error;
  return isSystemError ? String(error.code) : undefined;
}

export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
