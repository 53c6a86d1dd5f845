// A table that fits is no stop for the keyboard. Without JavaScript each is one, so that none is out of reach.
import { onContentUpdated } from 'vitepress'
import { onMounted, onUnmounted } from 'vue'

const attributes = ['tabindex', 'role', 'aria-label']

function adjust(region) {
  region.saved ??= Object.fromEntries(attributes.map((name) => [name, region.getAttribute(name)]))
  const scrolls = region.scrollWidth > region.clientWidth
  for (const name of attributes) {
    if (scrolls) region.setAttribute(name, region.saved[name])
    else region.removeAttribute(name)
  }
}

/** Watches the tables of the page that is shown. */
export function watchScrollers() {
  let observer
  const watch = () => {
    observer?.disconnect()
    document.querySelectorAll('.table-scroll').forEach((region) => observer?.observe(region))
  }
  onMounted(() => {
    observer = new ResizeObserver((entries) => entries.forEach((entry) => adjust(entry.target)))
    watch()
  })
  onContentUpdated(watch)
  onUnmounted(() => observer?.disconnect())
}
