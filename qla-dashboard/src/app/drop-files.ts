/** Files dragged over the page and dropped anywhere on it, but where a part of the page takes them itself (it prevents the default). */
export function listenToDrops(target: Document, handlers: { over(over: boolean): void; dropped(files: File[]): void }, signal: AbortSignal): void {
  const holdsFiles = (e: DragEvent): boolean => [...(e.dataTransfer?.types ?? [])].includes('Files')
  target.addEventListener('dragover', (e) => {
    if (!holdsFiles(e)) return
    if (e.defaultPrevented) return handlers.over(false)
    e.preventDefault()
    handlers.over(true)
  }, { signal })
  target.addEventListener('dragleave', (e) => { if (e.relatedTarget === null) handlers.over(false) }, { signal })
  target.addEventListener('drop', (e) => {
    if (!holdsFiles(e)) return
    handlers.over(false)
    if (e.defaultPrevented) return
    e.preventDefault()
    const files = [...(e.dataTransfer?.files ?? [])]
    if (files.length) handlers.dropped(files)
  }, { signal })
}
