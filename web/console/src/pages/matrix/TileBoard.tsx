/** Building → floor → tiles, with only the visible rows in the page: 10,000 meters stay smooth. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site, Tile } from '@/api/types'
import { matrixRows, type MatrixRow } from '@/domain/matrix'
import { offsetsOf, visibleRange } from '@/domain/windowing'
import { TileCard } from './TileCard'

const rowHeight: Record<MatrixRow['kind'], number> = { building: 44, floor: 34, tiles: 108 }
const tileWidthMin = 150
const gap = 8
const marginPx = 400

function useViewport(ref: React.RefObject<HTMLDivElement | null>) {
  const [view, setView] = useState({ top: 0, bottom: 900, width: 1000 })
  useLayoutEffect(() => {
    let frame = 0
    const measure = (): void => {
      frame = 0
      const box = ref.current?.getBoundingClientRect()
      if (!box) return
      setView((old) => {
        const next = { top: -box.top, bottom: -box.top + innerHeight, width: box.width }
        const still =
          Math.abs(old.top - next.top) < 40 &&
          old.width === next.width &&
          Math.abs(old.bottom - next.bottom) < 40
        return still ? old : next
      })
    }
    const schedule = (): void => {
      frame ||= requestAnimationFrame(measure)
    }
    measure()
    const observer = new ResizeObserver(schedule)
    if (ref.current) observer.observe(ref.current)
    addEventListener('scroll', schedule, { passive: true })
    addEventListener('resize', schedule)
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      removeEventListener('scroll', schedule)
      removeEventListener('resize', schedule)
    }
  }, [ref])
  return view
}

export function useFloorName(): (floor: number | null) => string {
  const { t } = useTranslation()
  return (floor) => {
    if (floor === null) return t('common.noFloor')
    return floor < 0 ? t('common.basement', { floor: -floor }) : t('common.floorName', { floor })
  }
}

function Line({ row, columns }: { row: MatrixRow; columns: number }) {
  const { t } = useTranslation()
  const floorName = useFloorName()
  if (row.kind === 'building') {
    return (
      <div className="building-line">
        <span>{row.name ?? t('common.noBuilding')}</span>
        <span className="small muted">{t('common.meters', { count: row.count })}</span>
      </div>
    )
  }
  if (row.kind === 'floor') {
    return (
      <div className="floor-line">
        <b>{floorName(row.floor)}</b>
        <span>{t('common.meters', { count: row.count })}</span>
      </div>
    )
  }
  return (
    <div
      className="tile-line"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {row.tiles.map((tile) => (
        <TileCard key={tile.id} tile={tile} />
      ))}
    </div>
  )
}

interface TileBoardProps {
  tiles: readonly Tile[]
  buildings: Site['buildings']
}
export function TileBoard({ tiles, buildings }: TileBoardProps) {
  const ref = useRef<HTMLDivElement>(null)
  const view = useViewport(ref)
  const columns = Math.max(2, Math.floor((view.width + gap) / (tileWidthMin + gap)))
  const rows = useMemo(() => matrixRows(tiles, buildings, columns), [tiles, buildings, columns])
  const shape = rows.map((row) => row.kind[0]).join('')
  const offsets = useMemo(() => {
    const heights = [...shape].map((kind) =>
      kind === 'b' ? rowHeight.building : kind === 'f' ? rowHeight.floor : rowHeight.tiles,
    )
    return offsetsOf(heights)
  }, [shape])
  const total = offsets[offsets.length - 1] ?? 0
  useEffect(() => {
    if (scrollY > total + 600) scrollTo(0, 0)
  }, [total])
  const { first, last } = visibleRange(offsets, view.top, view.bottom, marginPx)
  return (
    <div ref={ref} className="window" style={{ height: total }} data-testid="tile-board">
      {rows.slice(first, last).map((row, index) => (
        <div
          key={row.key}
          className="line"
          style={{ top: offsets[first + index], height: rowHeight[row.kind] }}
        >
          <Line row={row} columns={columns} />
        </div>
      ))}
    </div>
  )
}
