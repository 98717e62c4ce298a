/** A line of a terminal session, and the second at which it appears. */
export interface ScreenLine {
  readonly at: number;
  readonly text: string;
  readonly kind: 'command' | 'output' | 'comment';
}

const lineHeight = 20;
const characterWidth = 8.4;
const padding = 16;
const titleBar = 32;
const pause = 6;

const colors = { command: '#e6edf3', output: '#9da7b3', comment: '#7ee787' };

/** A terminal session as an SVG picture that plays in a loop. It needs no script, so GitHub shows it. */
export function terminalSvg(title: string, lines: readonly ScreenLine[]): string {
  const columns = Math.max(
    ...lines.map(({ text, kind }) => text.length + (kind === 'command' ? 2 : 0)),
  );
  const width = Math.ceil(columns * characterWidth + 2 * padding);
  const height = titleBar + lines.length * lineHeight + 2 * padding;
  const length = Math.max(...lines.map(({ at }) => at)) + pause;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<style>',
    'text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre; }',
    ...lines.map(({ at }, index) => appearance(index, (100 * at) / length)),
    `.line { animation-duration: ${length}s; animation-iteration-count: infinite; animation-timing-function: step-end; }`,
    '@media (prefers-reduced-motion: reduce) { .line { animation: none; } }',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (color, index) => `<circle cx="${20 + 18 * index}" cy="18" r="5.5" fill="${color}"/>`,
    ),
    ...lines.map(textLine),
    '</svg>',
    '',
  ].join('\n');
}

function appearance(index: number, percent: number): string {
  const from = percent === 0 ? '' : '0% { opacity: 0; } ';
  return `@keyframes l${index} { ${from}${percent.toFixed(1)}% { opacity: 1; } } .l${index} { animation-name: l${index}; }`;
}

function textLine({ text, kind }: ScreenLine, index: number): string {
  const y = titleBar + padding + lineHeight * (index + 0.5);
  const prompt = kind === 'command' ? '<tspan fill="#58a6ff">$ </tspan>' : '';
  return `<text class="line l${index}" x="${padding}" y="${y}" fill="${colors[kind]}">${prompt}${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
