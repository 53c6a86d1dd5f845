// A picture that can be stepped through. In the Markdown file it is an ordered list after the line <!-- steps: name -->, and that
// list stays what a reader without JavaScript has.

const marker = /^<!-- steps: ([a-z-]+) -->\s*$/

/** A markdown-it plugin that wraps the list after the marker in the component `<SteppedPicture>`. */
export function stepsPlugin(md) {
  md.core.ruler.push('syncguard-steps', (state) => {
    state.tokens.forEach((token, index) => {
      const name = token.type === 'html_block' && token.content.match(marker)?.[1]
      if (!name) return
      if (state.tokens[index + 1]?.type !== 'ordered_list_open') throw new Error(`no ordered list after ${token.content.trim()}`)
      token.content = `<SteppedPicture name="${name}">\n`
      let depth = 0
      let end = index + 1
      do {
        depth += state.tokens[end].nesting
        end++
      } while (depth > 0)
      const close = new state.Token('html_block', '', 0)
      close.content = '</SteppedPicture>\n'
      state.tokens.splice(end, 0, close)
    })
  })
}
