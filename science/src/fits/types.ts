/**
 * FITS 4.0 as this project reads and writes it. Nothing here does I/O: bytes come from a ByteSource.
 */

/** Random access to the bytes of a file that is already unpacked. */
export interface ByteSource {
  readonly size: number
  /** Exactly `length` bytes from `offset`, or fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
}

export type FitsValue = string | number | bigint | boolean | null

export interface FitsCard {
  keyword: string
  /** undefined for commentary cards (COMMENT, HISTORY, blank) */
  value: FitsValue | undefined
  comment: string
}

export interface FitsHeader {
  readonly cards: readonly FitsCard[]
  has(keyword: string): boolean
  /** undefined where the keyword is absent */
  get(keyword: string): FitsValue | undefined
  /** a number (also from a numeric string), else `otherwise`; throws fits-damaged when absent and no `otherwise` is given */
  number(keyword: string, otherwise?: number): number
  string(keyword: string, otherwise?: string): string
}

export interface FitsHdu {
  readonly index: number
  /** EXTNAME, '' where absent; 'PRIMARY' for a nameless first HDU */
  readonly name: string
  readonly kind: 'image' | 'bintable' | 'ascii-table' | 'other'
  readonly header: FitsHeader
  readonly dataOffset: number
  /** bytes of data with the heap, without padding */
  readonly dataLength: number
}

export interface FitsFile {
  readonly name: string
  readonly source: ByteSource
  readonly hdus: readonly FitsHdu[]
  /** first HDU of this EXTNAME (case-insensitive) */
  hdu(name: string): FitsHdu | undefined
}

export type NumericArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array | BigInt64Array | BigUint64Array

/**
 * One column of a slice of rows. `values` holds rows·repeat elements (C order) for numbers, logicals (1, 0, 255 = null) and
 * bits (one u8 per bit); text: one string per row. Variable-length: `values` is flat and row r is values[offsets[r] … offsets[r+1]).
 * TSCAL/TZERO are applied: the unsigned conventions give unsigned types, any other scaling gives float64.
 * TNULL elements of scaled integer columns are NaN; of unscaled ones they stay, and `tnull` names the value.
 */
export interface ColumnData {
  name: string
  unit: string
  format: string
  repeat: number
  dims: number[] | undefined
  values: NumericArray | string[]
  offsets?: Uint32Array
  tnull?: number
}

export interface TableSlice {
  from: number
  rows: number
  columns: Record<string, ColumnData>
}

export interface ImageData {
  /** as in NAXISn: fastest axis first */
  shape: number[]
  /** BSCALE/BZERO applied, BLANK as NaN where scaled */
  values: NumericArray
}

/** What the writer takes. Values: typed arrays of rows·repeat elements, or strings; variable-length as arrays of arrays. */
export interface ColumnInput {
  name: string
  /** TFORM, e.g. 'D', '4E', '1PE', '20A' */
  format: string
  unit?: string
  comment?: string
  values: NumericArray | readonly string[] | readonly NumericArray[]
  /** write the unsigned convention (TZERO) for Uint16Array/Uint32Array: automatic */
  tlmin?: number
  tlmax?: number
  dims?: number[]
}

export type CardInput = readonly [keyword: string, value: FitsValue, comment?: string] | readonly ['HISTORY' | 'COMMENT', string]

export type HduInput =
  | { kind: 'image'; name?: string; cards?: readonly CardInput[]; shape?: readonly number[]; values?: NumericArray }
  | { kind: 'bintable'; name: string; cards?: readonly CardInput[]; rows: number; columns: readonly ColumnInput[] }
