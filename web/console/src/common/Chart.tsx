/** One series over time as a line, steps or bars: drawn as SVG in the theme's colours. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { nearestIndex, timeTicks, valueTicks } from '@/domain/plot'
import type { Point } from '@/domain/series'
import './chart.css'

export interface ChartProps {
  kind: 'line' | 'steps' | 'bars'
  /** Ascending by time. */
  points: readonly Point[]
  from: number
  to: number
  /** How long a bar lasts, from its time on. */
  barMs?: number
  /** The axis begins at 0 even when no value is near it. */
  fromZero?: boolean
  unit: string
  height: number
  label: string
  /** How far local time is ahead of UTC. */
  offsetMs: number
  axisText: (at: number) => string
  pointText: (at: number) => string
}

const pad = { left: 46, right: 14, top: 24, bottom: 22 }
const pxPerTime = 96
const pxPerValue = 44
/** So few that a line alone would hardly be seen. */
const fewPoints = 12

function useWidth() {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { box, width }
}

interface Scale {
  x: (at: number) => number
  y: (value: number) => number
}

function linePath(points: readonly Point[], { x, y }: Scale, isSteps: boolean): string {
  return points
    .map(([at, value], index) => {
      const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`
      if (index === 0) return `M${place}`
      return isSteps ? `H${x(at).toFixed(1)}V${y(value).toFixed(1)}` : `L${place}`
    })
    .join('')
}

function Marks({ props, scale, base }: { props: ChartProps; scale: Scale; base: number }) {
  const { kind, points, barMs = 0 } = props
  if (kind === 'bars')
    return points.map(([at, value]) => {
      const left = scale.x(Math.max(at, props.from)) + 1
      const right = scale.x(Math.min(at + barMs, props.to)) - 1
      const top = Math.min(scale.y(value), base)
      const height = Math.max(1, Math.abs(base - scale.y(value)))
      const width = Math.max(1, right - left)
      return <rect key={at} className="bar" x={left} y={top} width={width} height={height} rx={2} />
    })
  const path = linePath(points, scale, kind === 'steps')
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return null
  return (
    <>
      <path className="area" d={`${path}V${base}H${scale.x(first[0])}Z`} />
      <path className="line" d={path} />
      {points.length < fewPoints &&
        points.map(([at, value]) => (
          <circle key={at} className="dot" cx={scale.x(at)} cy={scale.y(value)} r={3} />
        ))}
    </>
  )
}

function Axes({ props, scale, values, times, width }: {
  props: ChartProps
  scale: Scale
  values: number[]
  times: number[]
  width: number
}) {
  const places = Math.max(0, ...values.map((v) => (String(v).split('.')[1] ?? '').length))
  return (
    <g className="axes">
      <text x={4} y={13}>
        {props.unit}
      </text>
      {values.map((value) => (
        <g key={value}>
          <line x1={pad.left} x2={width - pad.right} y1={scale.y(value)} y2={scale.y(value)} />
          <text x={pad.left - 6} y={scale.y(value) + 4} textAnchor="end">
            {value.toFixed(places)}
          </text>
        </g>
      ))}
      {times.map((at) => (
        <text key={at} x={scale.x(at)} y={props.height - 6} textAnchor="middle">
          {props.axisText(at)}
        </text>
      ))}
    </g>
  )
}

function Pointed({ props, scale, point, width }: {
  props: ChartProps
  scale: Scale
  point: Point
  width: number
}) {
  const centre = point[0] + (props.kind === 'bars' ? (props.barMs ?? 0) / 2 : 0)
  const x = Math.min(scale.x(centre), width - pad.right)
  const side = x > width / 2 ? { right: width - x + 10 } : { left: x + 10 }
  return (
    <>
      <svg className="pointer" width={width} height={props.height} aria-hidden>
        <line x1={x} x2={x} y1={pad.top} y2={props.height - pad.bottom} />
        <circle cx={x} cy={scale.y(point[1])} r={4} />
      </svg>
      <div className="chart-tip" style={side}>
        {props.pointText(point[0])}
        <br />
        <b className="num">
          {point[1].toFixed(2)} {props.unit}
        </b>
      </div>
    </>
  )
}

export function Chart(props: ChartProps) {
  const { points, from, to, height, label } = props
  const { box, width } = useWidth()
  const [index, setIndex] = useState(-1)
  const times = useMemo(() => points.map(([at]) => at), [points])
  const values = useMemo(() => {
    const all = points.map(([, value]) => value)
    if (props.fromZero) all.push(0)
    const room = Math.max(2, Math.floor((height - pad.top - pad.bottom) / pxPerValue))
    return valueTicks(Math.min(...all), Math.max(...all), room)
  }, [points, props.fromZero, height])
  const low = values[0] as number
  const high = values.at(-1) as number
  const inner = Math.max(1, width - pad.left - pad.right)
  const scale: Scale = {
    x: (at) => pad.left + ((at - from) / Math.max(1, to - from)) * inner,
    y: (value) => pad.top + ((high - value) / (high - low)) * (height - pad.top - pad.bottom),
  }
  const base = scale.y(Math.max(low, Math.min(high, 0)))
  const point = points[index]
  const onMove = (event: React.PointerEvent<HTMLDivElement>): void => {
    const left = event.currentTarget.getBoundingClientRect().left
    const at = from + ((event.clientX - left - pad.left) / inner) * (to - from)
    setIndex(nearestIndex(times, at - (props.kind === 'bars' ? (props.barMs ?? 0) / 2 : 0)))
  }
  return (
    <div
      ref={box}
      className="chart"
      style={{ height }}
      data-testid="chart"
      data-ready={width > 0}
      onPointerMove={onMove}
      onPointerLeave={() => setIndex(-1)}
    >
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          <Axes
            props={props}
            scale={scale}
            values={values}
            width={width}
            times={timeTicks(from, to, Math.max(1, inner / pxPerTime), props.offsetMs)}
          />
          <Marks props={props} scale={scale} base={base} />
        </svg>
      )}
      {point && width > 0 && <Pointed props={props} scale={scale} point={point} width={width} />}
    </div>
  )
}
