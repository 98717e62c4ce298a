import { visible } from './control-characters.ts';

/** One problem of a document. `path` is its place in the document; `message` says what to write instead. */
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
