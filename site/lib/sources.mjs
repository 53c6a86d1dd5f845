// Which files of the repository are pages, and where each page is on the site.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const site = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const repository = resolve(site, '..')

const rootPages = {
  'README.md': 'overview.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'CODE_OF_CONDUCT.md': 'code-of-conduct.md',
}

// The first folder that contains a file decides.
const folders = [
  ['specs/adr/', 'decisions/'],
  ['specs/', 'rules/'],
  ['docs/', ''],
  ['site/pages/', ''],
]

function markdownIn(folder) {
  const found = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...markdownIn(path))
    else if (entry.name.endsWith('.md')) found.push(path)
  }
  return found
}

/** Returns the path of a page on the site, such as `rules/interface.md`, or null if the file is not a page. */
export function pageOf(source) {
  if (rootPages[source]) return rootPages[source]
  for (const [folder, target] of folders) {
    if (source.startsWith(folder) && source.endsWith('.md')) {
      return target + source.slice(folder.length).replace(/(^|\/)README\.md$/, '$1index.md')
    }
  }
  return null
}

/** Returns all pages: from the file in the repository to the path on the site. */
export function allPages() {
  const files = [
    ...Object.keys(rootPages).map((name) => join(repository, name)),
    ...['docs', 'specs', 'site/pages'].flatMap((folder) => markdownIn(join(repository, folder))),
  ]
  const pages = new Map()
  for (const file of files.filter(existsSync)) {
    const source = relative(repository, file).split(sep).join('/')
    const page = pageOf(source)
    const other = [...pages].find(([, taken]) => taken === page)
    if (other) throw new Error(`${source} and ${other[0]} are both the page ${page}: rename one of them`)
    pages.set(source, page)
  }
  return pages
}

/** Returns the address of a page as links have it, without the base of the site. */
export function addressOf(page) {
  return '/' + page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')
}

export function isFolder(path) {
  return existsSync(path) && statSync(path).isDirectory()
}

/** Returns the folders of the repository that have no pages. */
export function foldersWithoutPages() {
  return readdirSync(repository).filter((name) => isFolder(join(repository, name)) && !['docs', 'site', 'specs'].includes(name))
}
