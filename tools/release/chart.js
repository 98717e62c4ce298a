import { Buffer } from 'node:buffer';
import { parseDocument } from 'yaml';

const mostChanges = 20;

/**
 * Chart.yaml of a release, with the other lines and comments as they are.
 *
 * @param {string} text Chart.yaml
 * @param {{ release: import('./changelog.js').Release, icon: string, devServer: string, repository?: string }} facts
 *   `icon` is an SVG; `devServer` the image of Temporal; `repository` is `owner/name` on GitHub
 */
export function chartOf(text, { release, icon, devServer, repository }) {
  const chart = parseDocument(text);
  chart.set('version', release.version);
  chart.set('appVersion', release.version);
  // A chart must name a URL. This one works without a server.
  chart.set('icon', `data:image/svg+xml;base64,${Buffer.from(icon).toString('base64')}`);
  const annotate = (name, value) => {
    chart.setIn(['annotations', `artifacthub.io/${name}`], value);
  };
  annotate('changes', listText(shownChanges(release)));
  annotate('images', listText(images(release, devServer, repository)));
  if (repository !== undefined) {
    const home = `https://github.com/${repository}`;
    chart.set('home', home);
    chart.set('sources', [home]);
    annotate('links', listText(links(home)));
  }
  return chart.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** In the image that every release of a repository pushes. */
export function imageOf(repository) {
  return `ghcr.io/${repository.toLowerCase()}`;
}

function images({ version }, devServer, repository) {
  const name = repository === undefined ? 'pgwarden' : imageOf(repository);
  const platforms = ['linux/amd64', 'linux/arm64'];
  return [
    { name: 'pgwarden', image: `${name}:${version}`, platforms },
    { name: 'temporal-dev-server', image: devServer },
  ];
}

function links(home) {
  return [
    { name: 'source', url: home },
    { name: 'support', url: `${home}/issues` },
    { name: 'Documentation', url: `${home}/tree/main/docs` },
  ];
}

/**
 * The introduction of the release, otherwise the first sentence of each change. An annotation has no room for
 * everything.
 */
function shownChanges({ introduction, changes }) {
  const shown = changes
    .slice(0, introduction === '' ? mostChanges : 0)
    .map(({ kind, text }) => ({ kind, description: firstSentence(text) }));
  const more = changes.length - shown.length;
  return [
    ...(introduction === '' ? [] : [{ kind: 'added', description: introduction }]),
    ...shown,
    ...(more > 0 ? [{ kind: 'added', description: 'CHANGELOG.md has the other entries.' }] : []),
  ];
}

function firstSentence(text) {
  const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
  return /^.+?[.:](?= [A-Z]|$)/.exec(plain)?.[0] ?? plain;
}

/** YAML inside a YAML string, as Artifact Hub requires. JSON strings are valid YAML strings. */
function listText(items) {
  return (
    items
      .map((item) => {
        const [first, ...others] = Object.entries(item).map(
          ([key, value]) => `${key}: ${JSON.stringify(value)}`,
        );
        return [`- ${first}`, ...others.map((line) => `  ${line}`)].join('\n');
      })
      .join('\n') + '\n'
  );
}
