/** Inverse of a symmetric positive matrix (n × n, rows one after another) by Cholesky; undefined where it is singular. */
export function invertSymmetric(matrix: Float64Array, n: number): Float64Array | undefined {
  // Scaled to a unit diagonal: parameters differ by many orders of magnitude.
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(matrix[i * n + i]!))
  if (!scale.every((s) => s > 0 && Number.isFinite(s))) return undefined
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]! / (scale[i]! * scale[j]!)
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      if (i === j) {
        if (!(sum > 1e-13)) return undefined
        lower[i * n + i] = Math.sqrt(sum)
      } else lower[i * n + j] = sum / lower[j * n + j]!
    }
  }
  const inverse = new Float64Array(n * n)
  const column = new Float64Array(n)
  for (let c = 0; c < n; c++) {
    for (let i = 0; i < n; i++) {
      let sum = i === c ? 1 : 0
      for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * column[k]!
      column[i] = sum / lower[i * n + i]!
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i]!
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * column[k]!
      column[i] = sum / lower[i * n + i]!
    }
    for (let i = 0; i < n; i++) inverse[i * n + c] = column[i]! / (scale[i]! * scale[c]!)
  }
  return inverse
}

/** Product of an n × n matrix with a vector. */
export function multiply(matrix: Float64Array, vector: ArrayLike<number>, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!
    return sum
  })
}
