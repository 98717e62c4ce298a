/**
 * Reads CHANGELOG.md, in the form of Keep a Changelog 1.1.0: `## [Unreleased]`, then one `## [1.2.3] - 2026-01-31` for
 * each release, the newest first, with entries below `### Added`, `### Changed` and so on.
 *
 * @typedef {{ version: string, date: string, introduction: string, text: string, changes: Change[] }} Release
 *   `introduction` stands above the first kind of change, `text` is all of it
 * @typedef {{ kind: string, text: string }} Change  `kind` is `added`, `changed`, `deprecated`, `removed`, `fixed` or `security`
 */

const heading = /^## \[(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\] - (\d{4}-\d{2}-\d{2})$/;
const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

/** @returns {Release[]} the newest first */
export function releasesIn(changelog) {
  return changelog
    .split(/^(?=## )/m)
    .filter((section) => section.startsWith('## '))
    .flatMap((section) => {
      const [first, ...lines] = section.trimEnd().split('\n');
      if (first === '## [Unreleased]') return [];
      const [, version, date] = heading.exec(first) ?? [];
      if (version === undefined)
        throw new Error(`CHANGELOG.md: not the heading of a release: ${first}`);
      const text = lines.join('\n').trim();
      return [
        {
          version,
          date,
          text,
          introduction: text.split(/^### /m)[0].trim(),
          changes: changesIn(text),
        },
      ];
    });
}

function changesIn(text) {
  return text
    .split(/^(?=### )/m)
    .filter((section) => section.startsWith('### '))
    .flatMap((section) => {
      const [first, ...lines] = section.split('\n');
      const kind = first.slice('### '.length);
      if (!kinds.includes(kind)) throw new Error(`CHANGELOG.md: not a kind of change: ${first}`);
      const entries = lines.join('\n').split(/^- /m).slice(1);
      return entries.map((entry) => ({
        kind: kind.toLowerCase(),
        text: entry.replaceAll(/\s+/g, ' ').trim(),
      }));
    });
}
