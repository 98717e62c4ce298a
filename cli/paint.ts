type Paint = (text: string) => string;

/** Colors for a person at a terminal; plain text in a pipe, and where NO_COLOR is set (https://no-color.org). */
export function paintFor(stream: NodeJS.WriteStream): Readonly<Record<Color, Paint>> {
  const colorful = stream.isTTY && (process.env.NO_COLOR ?? '') === '';
  const color =
    (code: number): Paint =>
    (text) =>
      colorful ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  return {
    bold: color(1),
    dim: color(2),
    red: color(31),
    green: color(32),
    yellow: color(33),
    cyan: color(36),
  };
}

export type Color = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
