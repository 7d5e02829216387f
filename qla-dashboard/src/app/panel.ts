import { LitElement } from 'lit'
import type { ConsoleState, Topic } from '../state/console-state.js'
import type { Actions } from '../state/actions.js'

/** A part of the page: is given the state and the actions, and draws itself again when one of its topics changes. */
export class Panel extends LitElement {
  static override properties = { state: { attribute: false }, actions: { attribute: false } }
  declare state: ConsoleState
  declare actions: Actions
  /** Topics that make this panel draw itself again. */
  protected topics(): readonly Topic[] { return [] }
  /** What a change does: by default the element is rendered again. */
  protected changed(): void { this.requestUpdate() }
  #off: (() => void) | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#off = this.state.on(this.topics(), () => this.changed())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#off?.()
  }
}
