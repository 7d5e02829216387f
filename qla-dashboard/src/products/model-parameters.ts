/** Parameters of a model for the fit panel; start as the model has it. */
export type ModelParameters = readonly { name: string; unit: string; start: string; frozen: boolean }[]

/** Parameters of a model expression. The grammar and its components are loaded when the first fit is opened. Throws HeavensError with what is wrong. */
export async function parametersOf(expression: string): Promise<ModelParameters> {
  const { parseModel } = await import('@heavens/science/spectra')
  return parseModel(expression).parameters.map(({ name, unit, start, frozen }) => ({ name, unit, start: String(start), frozen }))
}
