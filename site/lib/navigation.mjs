// The navigation. It takes the pages that exist. A page that is in no group fails the build, so that none gets lost.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, allPages, repository } from './sources.mjs'

// A page is [file, title]. A pattern stands for all files that match, with the titles that their first headings give.
const groups = [
  {
    text: 'Start',
    pages: [
      ['docs/start.md', 'Five minutes'],
      ['README.md', 'Overview'],
      ['docs/backends.md', 'Choose a backend'],
      ['docs/choosing.md', 'Choose a lock library'],
      ['docs/comparison.md', 'Side by side'],
    ],
  },
  {
    text: 'Guides',
    pages: [
      ['docs/guide.md', 'Using it in an application'],
      ['docs/fencing.md', 'How fencing works'],
      ['docs/spring-boot.md', 'Spring Boot'],
      ['docs/locked-methods.md', 'Locked methods'],
      ['docs/kotlin.md', 'Kotlin'],
      ['docs/adapters.md', 'Adapters'],
      ['docs/moving.md', 'Moving to SyncGuard'],
      ['docs/writing-a-backend.md', 'Writing a backend'],
    ],
    links: [['Testing', '/guide.html#testing']],
  },
  {
    text: 'Operations',
    pages: [
      ['docs/redis.md', 'Redis'],
      ['docs/firestore.md', 'Firestore'],
      ['docs/observability.md', 'Observability'],
      ['docs/cli.md', 'Command line'],
    ],
  },
  {
    text: 'Evidence',
    pages: [['docs/benchmarks.md', 'Benchmarks'], ['docs/conformance/README.md', 'Certificates'], /^docs\/conformance\//],
  },
  {
    text: 'Reference',
    pages: [
      ['site/pages/javadoc.md', 'Javadoc'],
      ['specs/interface.md', 'What every backend does'],
      ['specs/redis-backend.md', 'The Redis backend'],
      ['specs/firestore-backend.md', 'The Firestore backend'],
    ],
  },
  {
    text: 'Decisions',
    collapsed: true,
    pages: [['specs/adr/README.md', 'All decisions'], /^specs\/adr\//],
  },
  {
    text: 'Project',
    pages: [
      ['docs/support.md', 'Support and promises'],
      ['CHANGELOG.md', 'Changes'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['docs/releasing.md', 'Releasing'],
      ['SECURITY.md', 'Security'],
      ['CODE_OF_CONDUCT.md', 'Code of conduct'],
    ],
  },
]

// Pages that are reached in another way: the home page by the logo.
const elsewhere = ['site/pages/index.md']

/** Returns the first heading of a file, without Markdown. */
export function titleOf(source) {
  const heading = readFileSync(join(repository, source), 'utf8').match(/^# (.+)$/m)
  if (!heading) throw new Error(`${source} has no heading: begin it with a line "# Title"`)
  return heading[1].replace(/`/g, '').trim()
}

/** Returns the groups with the pages that exist: the sidebar as VitePress takes it. */
export function sidebar(pages = allPages()) {
  const named = new Set(groups.flatMap((group) => group.pages).filter(Array.isArray).map(([source]) => source))
  const taken = new Set(elsewhere)
  const bar = groups.map((group) => {
    const items = []
    const add = (source, text) => {
      taken.add(source)
      items.push({ text, link: addressOf(pages.get(source)) })
    }
    for (const entry of group.pages) {
      if (Array.isArray(entry)) {
        if (pages.has(entry[0])) add(...entry)
      } else {
        for (const source of pages.keys()) {
          if (entry.test(source) && !named.has(source)) add(source, shortTitle(source))
        }
      }
    }
    for (const [text, link] of group.links ?? []) items.push({ text, link })
    return { text: group.text, collapsed: group.collapsed ?? false, items }
  })
  const lost = [...pages.keys()].filter((source) => !taken.has(source))
  if (lost.length > 0) {
    throw new Error(`in no group of the navigation: ${lost.join(', ')}. Add each to a group in site/lib/navigation.mjs`)
  }
  return bar.filter((group) => group.items.length > 0)
}

// The heading of a certificate has the name of the backend as code. Other pages are about the same stores, so its title says what it is.
function shortTitle(source) {
  const backend = source.match(/^docs\/conformance\/(.+)\.md$/)?.[1]
  return backend ? `Certificate: ${backend.replace(/(^|-)(\w)/g, (_, dash, letter) => (dash ? ', ' : '') + letter.toUpperCase())}` : titleOf(source)
}

/** Returns the title that a page has in the navigation. */
export function titleOfPage(page) {
  const link = addressOf(page)
  return sidebar().flatMap((group) => group.items).find((item) => item.link === link)?.text ?? page
}
