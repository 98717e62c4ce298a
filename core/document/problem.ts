import { visible } from '../control-characters.ts';

/** One thing wrong with a document. `path` leads to it from the document's root; `message` says what would be right. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `spec.roles[2].login` */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(step);
    if (!plain) return `${text}[${JSON.stringify(visible(step))}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
