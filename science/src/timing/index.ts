export { type DispersionState, createDispersion, dispersionStep } from './dispersion.js'
export { type FocusOptions, type FocusState, createFocus, focusStep, resetFocus } from './focus.js'
export { focusMany } from './focus-many.js'
export { type SmoothingOptions, type SmoothingState, createSmoothing, holdSmoothing, releaseSmoothing, resetSmoothing, smoothingStep } from './smoothing.js'
