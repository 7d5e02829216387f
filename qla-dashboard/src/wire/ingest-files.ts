import type { IngestAnswer } from '@heavens/schemas'
import type { Actions } from '../state/actions.js'
import type { ConsoleState } from '../state/console-state.js'
import { bytesText, countText } from '../state/formats.js'
import { apiUrl } from './rest.js'
import { pageToken } from './token.js'

/** Send dropped files to ingest, all in one session, and say what became of each. */
export async function ingestFiles(files: readonly File[], actions: Actions, state: () => ConsoleState): Promise<void> {
  const session = `page-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
  const total = files.reduce((sum, f) => sum + f.size, 0)
  let sent = 0
  try {
    let answer: IngestAnswer | null = null
    for (const [i, file] of files.entries()) {
      const before = sent
      answer = await upload(apiUrl('ingest', { name: file.name, session, more: i < files.length - 1 ? 'true' : undefined }), file, (bytes) => {
        state().upload = { text: `Sending ${file.name} (${i + 1} of ${files.length}), ${bytesText(total)}`, fraction: (before + bytes) / Math.max(1, total) }
        state().touch('notices')
      })
      sent += file.size
    }
    if (answer) tell(answer, actions)
  } catch (error) {
    actions.notice({ kind: 'error', text: error instanceof Error ? error.message : String(error) })
  } finally {
    state().upload = null
    state().touch('notices')
  }
}

function tell(answer: IngestAnswer, actions: Actions): void {
  const runs = [...new Set(answer.accepted.map((a) => a.run))]
  const events = answer.accepted.reduce((sum, a) => sum + (a.events ?? 0), 0)
  if (answer.accepted.length) {
    const names = answer.accepted.length === 1 ? answer.accepted[0]!.file : `${answer.accepted.length} files`
    const instruments = [...new Set(answer.accepted.map((a) => a.instrument))].join(', ')
    actions.notice({
      kind: 'info', text: `${names}: taken in as ${instruments}${events ? `, ${countText(events)} events` : ''}, run ${runs.join(', ')}.`,
      ...(runs[0] === undefined ? {} : { action: { label: 'Show', run: () => actions.setView({ run: runs[0]!, live: true, stop: null, span: 300 }) } }),
    })
  }
  for (const refused of answer.refused) actions.notice({ kind: 'error', text: `${refused.sentence} (${refused.code})` })
}

/** XMLHttpRequest, as fetch does not tell how much has been sent. */
function upload(url: string, file: File, progress: (bytes: number) => void): Promise<IngestAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('content-type', 'application/octet-stream')
    const token = pageToken()
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.responseType = 'json'
    request.upload.onprogress = (e) => progress(e.loaded)
    request.onerror = () => reject(new Error(`${file.name} could not be sent: the connection broke.`))
    request.onload = () => {
      const body = request.response as (Partial<IngestAnswer> & { error?: { sentence: string; code: string } }) | null
      if (body?.accepted && body.refused) resolve(body as IngestAnswer)
      else reject(new Error(body?.error ? `${body.error.sentence} (${body.error.code})` : `The server answered ${request.status}.`))
    }
    progress(0)
    request.send(file)
  })
}
