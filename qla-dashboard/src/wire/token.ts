/** The token of a system that asks for one, given once as `?token=` in the address of the page; kept for this tab. */
export function pageToken(): string | null {
  const given = new URLSearchParams(location.search).get('token')
  try {
    if (given) sessionStorage.setItem('heavens-token', given)
    return given ?? sessionStorage.getItem('heavens-token')
  } catch {
    // Storage may be forbidden in this browser: the address still holds it.
    return given
  }
}
