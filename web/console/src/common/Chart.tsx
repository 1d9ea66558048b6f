/** One chart; ECharts itself is a file of its own, loaded when the first chart is seen. */
import { Spin } from 'antd'
import type { ComposeOption, ECharts } from 'echarts/core'
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components'
import { useEffect, useRef, useState } from 'react'
import { useTheme } from '@/theme/ThemeContext'

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption
>

interface ChartProps {
  option: ChartOption
  height: number
  label: string
}
export function Chart({ option, height, label }: ChartProps) {
  const { isDark } = useTheme()
  const box = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<ECharts | null>(null)
  useEffect(() => {
    let made: ECharts | null = null
    let gone = false
    const observer = new ResizeObserver(() => made?.resize())
    void import('./echarts').then(({ create }) => {
      if (gone || !box.current) return
      made = create(box.current, isDark)
      observer.observe(box.current)
      setChart(made)
    })
    return () => {
      gone = true
      observer.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [isDark])
  useEffect(() => {
    chart?.setOption(option, { notMerge: true })
  }, [chart, option])
  return (
    <div style={{ position: 'relative', height }}>
      <div
        ref={box}
        role="img"
        aria-label={label}
        style={{ height }}
        data-testid="chart"
        data-ready={chart !== null}
      />
      {!chart && (
        <Spin style={{ position: 'absolute', inset: 0, margin: 'auto', width: 32, height: 32 }} />
      )}
    </div>
  )
}
