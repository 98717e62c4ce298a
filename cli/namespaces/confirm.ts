import { createInterface } from 'node:readline';
import { Refusal } from '../../core/refusal.ts';
import { printable } from '../printable.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks the user at the terminal to type the name of the namespace. Throws Refusal if the name is not typed. */
export async function confirmDeletion(
  name: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (input.isTTY !== true) {
    const message = `cannot ask for confirmation to delete namespace ${name}: stdin is not a terminal`;
    throw new Refusal('Usage', message, 'Add --yes to delete without confirmation.');
  }
  output.write(`Type ${printable(name)} to delete it: `);
  const lines = createInterface({ input, output });
  // The loop ends without a line when the user presses Ctrl-D or Ctrl-C.
  for await (const typed of lines) {
    if (typed.trim() === name) return;
    break;
  }
  const message = `namespace ${name} was not deleted: its name was not typed`;
  throw new Refusal('NamespaceRefused', message, 'Run the command again and type the name.');
}
