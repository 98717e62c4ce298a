import { createInterface } from 'node:readline';
import { Refusal } from '../../core/refusal.ts';
import { printable } from '../printable.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Has somebody at a terminal type the name of what is deleted. Throws Refusal when nobody does. */
export async function confirmDeletion(
  name: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (input.isTTY !== true) {
    const message = `nobody can be asked whether namespace ${name} is to be deleted`;
    throw new Refusal('Usage', message, 'Add --yes.');
  }
  output.write(`Type ${printable(name)} to delete it: `);
  const lines = createInterface({ input, output });
  // It ends without a line when Ctrl-D or Ctrl-C is pressed.
  for await (const typed of lines) {
    if (typed.trim() === name) return;
    break;
  }
  const message = `namespace ${name} was not deleted: its name was not typed`;
  throw new Refusal('NamespaceRefused', message, 'Run it again, and type its name.');
}
