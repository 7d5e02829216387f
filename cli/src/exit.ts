/** Exit codes: all well; anything that failed; bad usage; some input refused. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3 } as const
