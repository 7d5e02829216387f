export type KeyAction = 'live' | 'pause' | 'search' | 'next' | 'previous' | 'request' | 'jobs' | 'health' | 'theme' | 'frame' | 'help' | 'escape'

/** Keys of the page and what they do, as the help lists them. */
export const KEYS: readonly (readonly [key: string, action: KeyAction, text: string])[] = [
  ['l', 'live', 'Live: follow the newest data'],
  [' ', 'pause', 'Pause the time axis, or let it move again'],
  ['/', 'search', 'Search a source by name'],
  ['n', 'next', 'Next event'],
  ['p', 'previous', 'Previous event'],
  ['r', 'request', 'Request form'],
  ['j', 'jobs', 'Jobs'],
  ['h', 'health', 'Health of the streams'],
  ['t', 'theme', 'Dark or light'],
  ['g', 'frame', 'Galactic or equatorial sky'],
  ['?', 'help', 'This list'],
  ['Escape', 'escape', 'Close the drawer, or select nothing'],
]

/** The control that has the focus, through the shadow roots. */
function focused(event: KeyboardEvent): Element | null {
  const first = event.composedPath()[0]
  return first instanceof Element ? first : null
}

/** What a key means here; null while someone types, or when a control needs the key itself. */
export function keyAction(event: KeyboardEvent): KeyAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null
  const element = focused(event)
  const typing = element?.matches('input:not([type="checkbox"], [type="radio"]), textarea, select') ?? false
  if (event.key === 'Escape') return 'escape'
  if (typing || (event.key === ' ' && element?.matches('button, a, summary, input, [role="tab"]'))) return null
  return KEYS.find(([key]) => key === (event.key.length === 1 ? event.key.toLowerCase() : event.key))?.[1] ?? null
}
