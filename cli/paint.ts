type Paint = (text: string) => string;

/** Colours for a person at a terminal; plain text in a pipe, and where NO_COLOR is set (https://no-color.org). */
export function paintFor(stream: NodeJS.WriteStream): Readonly<Record<Colour, Paint>> {
  const colourful = stream.isTTY && (process.env.NO_COLOR ?? '') === '';
  const colour =
    (code: number): Paint =>
    (text) =>
      colourful ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  return {
    bold: colour(1),
    dim: colour(2),
    red: colour(31),
    green: colour(32),
    yellow: colour(33),
    cyan: colour(36),
  };
}

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
