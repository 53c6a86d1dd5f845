// Links in pages are written for a reader of the repository. Here each becomes the link that a reader of the site needs.
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { titleOfPage } from './navigation.mjs'
import { addressOf, isFolder, pageOf, repository } from './sources.mjs'

/** The address of the repository on a Git host, if there is one: `https://host/owner/name`. */
export const gitHost = process.env.SITE_REPOSITORY?.replace(/\/+$/, '')

const external = /^([a-z][a-z0-9+.-]*:|\/\/)/i

/**
 * Returns where a link leads: `{page, anchor}`, `{source}` for a file or a folder that is not a page, `{asset}` for a picture, or
 * null if it leads out of the repository. Throws if there is nothing.
 */
export function resolveLink(source, href) {
  if (external.test(href) || href.startsWith('#') || href.startsWith('/')) return null
  const [path, anchor] = href.split('#')
  const file = resolve(repository, dirname(source), decodeURI(path))
  const target = relative(repository, file).split(sep).join('/')
  if (target.startsWith('..')) throw new Error(`${source} links to ${href}, which is outside of the repository`)
  if (!existsSync(file)) throw new Error(`${source} links to ${href}, and there is no ${target}`)
  if (isFolder(file)) {
    const index = [target, 'README.md'].filter(Boolean).join('/')
    return existsSync(join(repository, index)) && pageOf(index)
      ? { page: pageOf(index), anchor }
      : { source: target, folder: true }
  }
  const page = pageOf(target)
  if (page) return { page, anchor }
  return target.startsWith('docs/') ? { asset: target.slice('docs/'.length), source: target } : { source: target, anchor }
}

/** Files of `docs/` that are no pages and that pages link to. They have to be copied to the site. */
export const linkedAssets = new Set()

/** A markdown-it plugin that rewrites links. It needs to know which file is rendered: `sourceOf(env)`. */
export function linksPlugin(md, { base, sourceOf }) {
  md.core.ruler.push('syncguard-links', (state) => {
    const source = sourceOf(state.env)
    for (const block of state.tokens) {
      for (const token of block.children ?? []) {
        if (token.type === 'link_open') rewrite(token, source, block.children, base)
      }
    }
  })
}

function rewrite(token, source, siblings, base) {
  const href = token.attrGet('href')
  const target = resolveLink(source, href)
  if (!target) return
  if (target.page) {
    nameThePage(token, target.page, siblings)
    token.attrSet('href', addressOf(target.page) + (target.anchor ? `#${target.anchor}` : ''))
    return
  }
  if (target.asset) {
    linkedAssets.add(target.asset)
    token.attrSet('href', base + target.asset)
    token.attrSet('download', '')
    return
  }
  if (gitHost) {
    const kind = target.folder ? 'tree' : 'blob'
    token.attrSet('href', `${gitHost}/${kind}/main/${target.source}${target.anchor ? `#${target.anchor}` : ''}`)
    return
  }
  // Without a Git host the text stays, and says where the file is in the source tree.
  const close = siblings.slice(siblings.indexOf(token)).find((other) => other.type === 'link_close')
  token.tag = close.tag = 'span'
  token.type = 'span_open'
  close.type = 'span_close'
  token.attrs = [
    ['class', 'in-sources'],
    ['title', `in the source tree: ${target.source}`],
  ]
}

// "See redis.md" or "adr/" helps in the repository. On the site the page has a title.
function nameThePage(link, page, siblings) {
  const text = siblings[siblings.indexOf(link) + 1]
  if (text.type !== 'text') return
  if (/^[\w/.-]+(\.md|\/)$/.test(text.content)) text.content = titleOfPage(page)
  // "ADR" and its number stay together.
  text.content = text.content.replace(/^ADR (\d+)$/, 'ADR\u00a0$1')
}
