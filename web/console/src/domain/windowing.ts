/** Which rows of known heights are visible: prefix sums and a binary search. */

export function offsetsOf(heights: readonly number[]): Float64Array {
  const offsets = new Float64Array(heights.length + 1)
  for (let i = 0; i < heights.length; i += 1) offsets[i + 1] = (offsets[i] ?? 0) + (heights[i] ?? 0)
  return offsets
}

/** Index of the row that contains `position`. */
export function rowAt(offsets: Float64Array, position: number): number {
  let low = 0
  let high = Math.max(0, offsets.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((offsets[middle] ?? 0) <= position) low = middle
    else high = middle - 1
  }
  return low
}

export interface Range {
  first: number
  last: number
}

/** Rows from `first` to before `last` that cover [top, bottom] and `margin` around it. */
export function visibleRange(
  offsets: Float64Array,
  top: number,
  bottom: number,
  margin: number,
): Range {
  const count = offsets.length - 1
  if (count <= 0) return { first: 0, last: 0 }
  const first = rowAt(offsets, Math.max(0, top - margin))
  const last = Math.min(count, rowAt(offsets, Math.max(0, bottom + margin)) + 1)
  return { first, last }
}
