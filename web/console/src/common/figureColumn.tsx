/** A column of one figure per row: right-aligned, sorted by its value, rows without one last. */
import type { ReactNode } from 'react'
import type { ListColumn } from './ListTable'

type Figure = number | null
export function byFigure<T>(of: (row: T) => Figure): (a: T, b: T) => number {
  return (a, b) => {
    const [x, y] = [of(a) ?? Infinity, of(b) ?? Infinity]
    return x === y ? 0 : x - y
  }
}

interface FigureColumn<T> extends Pick<ListColumn<T>, 'key' | 'title' | 'width' | 'optional'> {
  of: (row: T) => Figure
  show: (value: Figure, row: T) => ReactNode
}
export const figureColumn = <T,>({ of, show, ...rest }: FigureColumn<T>): ListColumn<T> => ({
  ...rest,
  align: 'right',
  sort: byFigure(of),
  render: (row) => <span className="num">{show(of(row), row)}</span>,
})
