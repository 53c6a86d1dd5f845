// Anchors of headings as Git hosts make them, so that a link into a page works on the site and in the repository.

/** Returns the anchor of a heading's text. */
export function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replace(/ /g, '-')
}
