// Indented code looks like fenced code: it scrolls by itself, and can be copied. A short name in a sentence stays on one line.

/** A markdown-it plugin for code. */
export function codePlugin(md) {
  md.core.ruler.push('syncguard-code', (state) => {
    for (const token of state.tokens) {
      for (const child of token.children ?? []) {
        if (child.type === 'code_inline' && /^\S{1,20}$/.test(child.content)) child.attrJoin('class', 'word')
      }
      if (token.type !== 'code_block') continue
      token.type = 'fence'
      token.tag = 'code'
      token.info = 'text'
      token.markup = '```'
    }
  })
}
