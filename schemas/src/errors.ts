/**
 * Every error that leaves a border of the system, in one table: a code for programs, an HTTP status, a sentence for
 * people. `{field}` in a sentence is filled from the error's fields. docs/errors.md lists exactly these (a test compares).
 */
export const ERRORS = {
  'bad-request': { status: 400, sentence: 'The request is not valid: {reason}.' },
  'bad-time': { status: 400, sentence: 'The time {value} cannot be read: {reason}.' },
  'bad-position': { status: 400, sentence: 'The position cannot be read: {reason}.' },
  'stop-before-start': { status: 400, sentence: 'The interval stops ({stop}) before it starts ({start}).' },
  'unknown-source': { status: 404, sentence: 'No source is known by the name {name}; give ra and dec instead. Asked: {asked}.' },
  'resolver-failed': { status: 503, sentence: 'The built-in catalogue does not know {name}, and {resolver} gives no answer: {reason}.' },
  'unknown-instrument': { status: 404, sentence: 'There is no instrument {id}; there are: {known}.' },
  'unknown-group': { status: 404, sentence: 'Instrument {id} has no group {group}; it has: {known}.' },
  'not-found': { status: 404, sentence: 'There is no {what} {id}.' },
  'no-data': { status: 422, sentence: 'No data: {reason}.' },
  'no-exposure': { status: 422, sentence: 'No exposure of {instrument} at this position in this interval: {reason}.' },
  'no-product': { status: 422, sentence: '{instrument} makes no {product}: {reason}.' },
  'too-large': { status: 413, sentence: '{what} is too large: {size} bytes, at most {limit}.' },
  'fits-not-fits': { status: 415, sentence: '{file} is not a FITS file: {reason}.' },
  'fits-truncated': { status: 422, sentence: '{file} is cut short: {reason}.' },
  'fits-damaged': { status: 422, sentence: '{file} is damaged: {reason}.' },
  'fits-unsupported': { status: 422, sentence: '{file} uses a part of FITS that is not read here: {reason}.' },
  'file-unknown': { status: 415, sentence: 'No instrument knows {file}: {reason}.' },
  'file-unusable': { status: 422, sentence: '{file} cannot be used: {reason}.' },
  'file-missing': { status: 404, sentence: '{file} cannot be opened: {reason}.' },
  'undecodable': { status: 422, sentence: 'Telemetry of {instrument} cannot be decoded: {reason}.' },
  'message-too-new': { status: 500, sentence: 'A record was written in version {version} of the messages; this program reads up to version {known}.' },
  'log-unreachable': { status: 503, sentence: 'The log cannot be reached: {reason}.' },
  'log-offset': { status: 500, sentence: 'Offset {offset} of {topic} is no longer held; the first held is {first}.' },
  'log-refused': { status: 503, sentence: 'The log refuses the connection: {reason}.' },
  'log-cut': { status: 500, sentence: 'Offset {offset} of {topic} lies behind its end, {next}: the topic was deleted, or it has lost records.' },
  'topic-unfit': { status: 500, sentence: 'The topic {topic} cannot be used: {reason}.' },
  'curves-unreachable': { status: 503, sentence: 'InfluxDB cannot be reached: {reason}.' },
  'curves-refused': { status: 503, sentence: 'InfluxDB refuses: {reason}.' },
  'curve-unfit': { status: 422, sentence: 'The light curve {curve} cannot be kept: {reason}.' },
  'archive-unreachable': { status: 503, sentence: 'The archive cannot be reached: {reason}.' },
  'archive-refused': { status: 503, sentence: 'The archive refuses: {reason}.' },
  'bad-setting': { status: 400, sentence: 'The setting {name} is not valid: {reason}.' },
  'store-damaged': { status: 500, sentence: 'The store {store} is damaged: {reason}.' },
  'store-full': { status: 507, sentence: 'No space is left for {what}: {reason}.' },
  'bad-usage': { status: 400, sentence: '{reason}' },
  'folder-busy': { status: 409, sentence: 'The data folder {folder} is in use by process {pid}; end it first, or name another with --data.' },
  'folder-unusable': { status: 500, sentence: 'The data folder {folder} cannot be used: {reason}.' },
  'claim-lost': { status: 409, sentence: 'The work on {unit} has passed to another process: {reason}.' },
  'role-busy': { status: 409, sentence: 'Another {role} runs under the id {id} ({where}); end it first, or set another id in HEAVENS_ROLE_ID.' },
  'worker-lost': { status: 500, sentence: 'The analysis was given up: {reason}.' },
  'port-busy': { status: 500, sentence: 'Port {port} on {host} is in use; choose another with --port.' },
  'token-needed': { status: 400, sentence: 'Listening on {host} lets others in: set HEAVENS_TOKEN first, or leave out --host.' },
  'unauthorised': { status: 401, sentence: 'A valid token is needed: send it as "Authorization: Bearer …".' },
  'forbidden-origin': { status: 403, sentence: 'Requests from the page {origin} are not accepted.' },
  'frame-not-json': { status: 400, sentence: 'The frame is not JSON: {reason}.' },
  'frame-too-large': { status: 413, sentence: 'The frame is too large: at most {limit} bytes.' },
  'unknown-channel': { status: 404, sentence: 'There is no channel {channel}; there are: {known}.' },
  'too-much': { status: 422, sentence: 'This is more than one analysis may take: {reason}.' },
  'too-slow': { status: 503, sentence: '{what} took longer than {seconds} s and was given up.' },
  'busy': { status: 503, sentence: 'Too many {what} wait already ({waiting}); try again soon.' },
  'too-long': { status: 413, sentence: 'This would take {seconds} s, more than the {limit} s of an answer that is waited for; send it to /uws.' },
  'still-running': { status: 503, sentence: 'Analysis {id} is not done after {limit} s and goes on; follow it at /uws/{id}.' },
  'cancelled': { status: 409, sentence: 'Cancelled by the user.' },
  'internal': { status: 500, sentence: 'Something went wrong here: {reason}. The log of the server tells more.' },
} as const

export type ErrorCode = keyof typeof ERRORS

export type ErrorFields = Record<string, string | number | undefined>

/** The sentence of a code with its fields filled in; a field that is not given stays visible as `{name}`. */
export function errorSentence(code: ErrorCode, fields: ErrorFields = {}): string {
  return ERRORS[code].sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (fields[name] === undefined ? whole : String(fields[name])))
}

/** An error with a code for programs, fields for operators, and a sentence for people. `path` points into the input. */
export class HeavensError extends Error {
  override readonly name = 'HeavensError'
  readonly code: ErrorCode
  readonly fields: ErrorFields
  readonly path: string | undefined

  constructor(code: ErrorCode, fields: ErrorFields = {}, options: { path?: string; cause?: unknown } = {}) {
    super(errorSentence(code, fields), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fields = fields
    this.path = options.path
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  toJSON(): ErrorBody {
    return { error: { code: this.code, sentence: this.message, ...(this.path ? { path: this.path } : {}), fields: this.fields } }
  }
}

/** What every error looks like on the wire (REST bodies and WebSocket `error` messages). */
export interface ErrorBody {
  error: { code: ErrorCode; sentence: string; path?: string; fields: ErrorFields }
}
