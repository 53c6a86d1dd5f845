// The index of the decision records, made from the records: their number, their title, and the problem they begin with.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, allPages, pageOf, repository } from './sources.mjs'

const index = 'specs/adr/README.md'
const records = /^specs\/adr\/(\d{4})-.*\.md$/

/** Returns the records in the order of their numbers: `{number, title, problem, link}`. */
export function decisions(pages = allPages()) {
  return [...pages.keys()]
    .filter((source) => records.test(source))
    .sort()
    .map((source) => {
      const text = readFileSync(join(repository, source), 'utf8')
      const title = text.match(/^# (\d+)\. (.+)$/m)
      const number = Number(source.match(records)[1])
      if (!title || Number(title[1]) !== number) throw new Error(`${source} does not begin with "# ${number}. Title"`)
      return { number, title: title[2], problem: firstSentence(text), link: addressOf(pageOf(source)) }
    })
}

function firstSentence(text) {
  const paragraph = text.match(/\n\*\*(?:Problem|Context)\.\*\* ([\s\S]+?)(?:\n\n|$)/)
  if (!paragraph) return ''
  const line = paragraph[1].replace(/\s+/g, ' ').trim()
  return line.match(/^.{20,}?[.:?!](?=\s|$)/)?.[0].replace(/:$/, '.') ?? line
}

/** A markdown-it plugin that replaces the table of the index by one that is made from the records. */
export function decisionsPlugin(md, { sourceOf }) {
  md.core.ruler.before('block', 'syncguard-decisions', (state) => {
    if (sourceOf(state.env) !== index) return
    const rows = decisions().map(
      ({ number, title, problem, link }) => `| ${number} | [${title}](${link}) | ${problem.replace(/(?<!\\)\|/g, '\\|')} |`,
    )
    const table = ['| | decision | the problem |', '|---:|---|---|', ...rows].join('\n')
    const replaced = state.src.replace(/(^\|.*\n?)+/m, () => `${table}\n`)
    if (replaced === state.src) throw new Error(`${index} has no table`)
    state.src = replaced
  })
}
