import { readFileSync } from 'node:fs';
import { withMermaid } from 'vitepress-plugin-mermaid';

const icon = readFileSync(new URL('../icon.svg', import.meta.url), 'base64');
const iconUrl = `data:image/svg+xml;base64,${icon}`;

/** The site of these pages: `npm run docs:site` writes it to docs/.vitepress/dist. */
export default withMermaid({
  title: 'pgwarden',
  description: 'Reconciles PostgreSQL roles, grants and memberships with the policy you declare',
  lang: 'en-US',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: iconUrl }]],
  cleanUrls: false,
  lastUpdated: false,
  markdown: { anchor: { slugify: githubSlug } },
  vite: { build: { chunkSizeWarningLimit: 4_000 }, logLevel: 'warn' },
  themeConfig: {
    logo: iconUrl,
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      group('Start', [
        ['Overview', '/'],
        ['Quick start', '/quick-start'],
        ['Concepts', '/concepts'],
      ]),
      group('How to', [
        ['Install on Kubernetes', '/install'],
        ['Install the command line', '/install-cli'],
        ['Connect a database', '/how-to/connect-a-database'],
        ['Reach databases in zones', '/how-to/zones'],
        ['Review a plan', '/how-to/review-a-plan'],
        ['Bring an existing database under control', '/how-to/adopt'],
        ['Rotate a password', '/how-to/rotate-a-password'],
        ['Restrict tenants with bounds', '/how-to/restrict-tenants'],
        ['Retire a role', '/how-to/retire-a-role'],
        ['Give temporary access', '/how-to/temporary-access'],
        ['Delete or suspend a policy', '/how-to/delete-a-policy'],
        ['Encrypt what Temporal stores', '/how-to/encrypt-history'],
        ['Deploy with Argo CD', '/how-to/argo-cd'],
        ['Deploy with Flux', '/how-to/flux'],
        ['When something fails', '/how-to/when-something-fails'],
      ]),
      group('Reference', [
        ['Fields of a policy', '/manifest'],
        ['Bounds', '/bounds'],
        ['Errors', '/errors'],
        ['Status, conditions and Events', '/reference/status'],
        ['Command line', '/reference/cli'],
        ['Metrics', '/metrics'],
        ['Settings of the processes', '/reference/settings'],
        ['Glossary', '/glossary'],
      ]),
      group('Operating', [
        ['Namespaces', '/namespaces'],
        ['Upgrade and uninstall', '/operating/upgrade'],
        ['Backup and restore', '/operating/backup'],
        ['Sizing', '/operating/sizing'],
        ['Security model', '/security'],
        ['Failure modes', '/operating/failure-modes'],
        ['Temporal: cost, and what to watch', '/operating/temporal'],
      ]),
      group('Coming from', [
        ['pgroles', '/coming-from/pgroles'],
        ["Terraform's PostgreSQL provider", '/coming-from/terraform'],
        ["Zalando's preparedDatabases", '/coming-from/zalando'],
        ['ldap2pg', '/coming-from/ldap2pg'],
        ['SQL scripts', '/coming-from/sql'],
      ]),
      group('Design', [['Decision records', '/adr/']]),
    ],
  },
});

function group(text, pages) {
  return { text, items: pages.map(([title, link]) => ({ text: title, link })) };
}

/** Anchors as GitHub builds them, so that a link works in both places. */
function githubSlug(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
