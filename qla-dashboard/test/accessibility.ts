import type { Page } from 'playwright-core'

/** A control without a name, or text that is hard to read. */
export interface Barrier {
  what: string
  where: string
}

/**
 * What keeps people out of a part of the page: controls and figures without an accessible name, and text whose contrast with what is
 * behind it is under 4.5:1 (WCAG 2.1, 1.4.3). Through the shadow roots; hidden parts and disabled controls are left out.
 */
export function barriers(page: Page, selector: string): Promise<Barrier[]> {
  return page.locator(selector).first().evaluate((root) => {
    const found: { what: string; where: string }[] = []
    const every = (node: Element | ShadowRoot): Element[] => [...node.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? every(e.shadowRoot) : [])])
    const elements = [root, ...(root.shadowRoot ? every(root.shadowRoot) : []), ...every(root)]
    const describe = (e: Element): string => `${e.tagName.toLowerCase()} ${(e.getAttribute('class') ?? '')} ${(e.textContent ?? '').trim().slice(0, 40)}`
    const rgb = (css: string): number[] => {
      const srgb = css.match(/^color\(srgb (.+)\)$/)
      const parts = ((srgb?.[1] ?? css).match(/[\d.]+/g) ?? []).map(Number)
      return srgb ? parts.map((v, i) => (i < 3 ? v * 255 : v)) : parts
    }
    const luminance = (c: number[]): number => {
      const [r, g, b] = c.slice(0, 3).map((v) => { const s = v / 255; return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4 }) as [number, number, number]
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const above = (e: Element): Element | null => e.parentElement ?? (e.getRootNode() instanceof ShadowRoot ? (e.getRootNode() as ShadowRoot).host : null)
    const ground = (e: Element): number[] => {
      for (let at: Element | null = e; at; at = above(at)) {
        const c = rgb(getComputedStyle(at).backgroundColor)
        if (c.length >= 3 && (c[3] ?? 1) > 0.7) return c
      }
      return rgb(getComputedStyle(document.documentElement).backgroundColor)
    }
    for (const e of elements) {
      if (!(e instanceof HTMLElement) || !e.checkVisibility({ checkVisibilityCSS: true })) continue
      const labelled = e.getAttribute('aria-label') ?? (e as HTMLInputElement).labels?.[0]?.textContent ?? ''
      if (e.matches('button, a[href], [role="tab"]') && !(labelled + (e.textContent ?? '')).trim()) found.push({ what: 'no name', where: describe(e) })
      if (e.matches('input, select, textarea, [role="img"], [role="group"]') && !labelled.trim()) found.push({ what: 'no name', where: `${describe(e)} ${e.id} ${(e as HTMLInputElement).type ?? ''}` })
      if (e instanceof HTMLImageElement && !e.alt) found.push({ what: 'no alternative', where: e.src })
      const text = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent!.trim())
      if (!text || e.matches(':disabled, option, style') || e.closest(':disabled')) continue
      const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(ground(e))]
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      if (ratio < 4.5) found.push({ what: `contrast ${ratio.toFixed(2)}`, where: describe(e) })
    }
    return found
  })
}
