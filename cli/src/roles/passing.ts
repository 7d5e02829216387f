/** Errors of servers that come back by themselves: a role waits for them. */
export const PASSING: ReadonlySet<string> = new Set(['log-unreachable', 'curves-unreachable', 'archive-unreachable'])
