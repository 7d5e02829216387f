import type { AnalysisRequestInput } from '@heavens/schemas'

/** Ways to write a request for use outside the page. */
export const CODE_KINDS = ['curl', 'Python', 'shell'] as const
export type CodeKind = (typeof CODE_KINDS)[number]

/**
 * The very request of the form as something to run.
 *
 * @param base       address of the page, with a slash at its end
 * @param needsToken whether the server wants one: it is then taken from HEAVENS_TOKEN, never written out
 */
export function requestAsCode(request: AnalysisRequestInput, kind: CodeKind, base: string, needsToken: boolean): string {
  // Without what is undefined, as it would be sent.
  const json = JSON.stringify(request, null, 2)
  if (kind === 'shell') return `cat > request.json <<'EOF'\n${json}\nEOF\nheavens analyse --request request.json --out analysis\n`
  if (kind === 'curl') return `curl --fail-with-body -X POST '${quoted(base)}api/v1/analyses' -H 'content-type: application/json'${needsToken ? ' -H "authorization: Bearer $HEAVENS_TOKEN"' : ''} --data-binary @- <<'EOF'\n${json}\nEOF\n`
  return `${needsToken ? 'import os\n' : ''}import time
import requests

base = ${JSON.stringify(`${base}api/v1/analyses`)}
session = requests.Session()
${needsToken ? 'session.headers["authorization"] = "Bearer " + os.environ["HEAVENS_TOKEN"]\n' : ''}request = ${pythonOf(request)}

job = session.post(base, json=request)
job.raise_for_status()
job = job.json()
while job["phase"] in ("PENDING", "QUEUED", "EXECUTING"):
    time.sleep(0.5)
    job = session.get(base + "/" + job["id"]).json()
print(job["id"], job["phase"])
if job["phase"] == "COMPLETED":
    with open(job["id"] + ".tar", "wb") as file:
        file.write(session.get(base + "/" + job["id"] + "/archive.tar").content)
`
}

/** A value of JSON as Python writes it: texts of JSON are texts of Python as they stand. */
export function pythonOf(value: unknown, indent = ''): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}    `
  const items = Array.isArray(value) ? value.map((v) => pythonOf(v, inner)) : Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => `${JSON.stringify(k)}: ${pythonOf(v, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const flat = `${open}${items.join(', ')}${close}`
  return flat.length <= 80 && !flat.includes('\n') ? flat : `${open}\n${items.map((i) => `${inner}${i},\n`).join('')}${indent}${close}`
}

const quoted = (text: string): string => text.replaceAll("'", `'\\''`)
