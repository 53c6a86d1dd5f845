// A page of the site shows code that stands in a tested page: <!-- code: README.md, Use it --> is the first Java block under that
// heading. So there is one source of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './sources.mjs'

const marker = /^<!-- code: ([^,]+), (.+) -->\s*$/

/** A markdown-it plugin that quotes code. */
export function quotesPlugin(md) {
  md.core.ruler.push('syncguard-quotes', (state) => {
    state.tokens.forEach((token, index) => {
      const [, source, heading] = (token.type === 'html_block' && token.content.match(marker)) || []
      if (!source) return
      const fence = new state.Token('fence', 'code', 0)
      fence.info = 'java'
      fence.markup = '```'
      fence.content = codeUnder(source, heading)
      state.tokens[index] = fence
    })
  })
}

function codeUnder(source, heading) {
  const text = readFileSync(join(repository, source), 'utf8')
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`))
  const code = section?.match(/^```java\n([\s\S]*?)^```$/m)?.[1]
  if (!code) throw new Error(`${source} has no Java code under "## ${heading}"`)
  return code
}
