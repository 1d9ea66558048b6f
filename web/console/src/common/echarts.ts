/** ECharts with only what the console draws, and a look for each mode (it ignores dark mode by itself). */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, registerTheme, use as register, type ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

register([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer])

function look(ink: string, line: string, panel: string, colours: string[]) {
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: ink },
    splitLine: { lineStyle: { color: line } },
    nameTextStyle: { color: ink },
  }
  return {
    color: colours,
    backgroundColor: 'transparent',
    textStyle: { color: ink },
    timeAxis: axis,
    valueAxis: axis,
    categoryAxis: axis,
    tooltip: { backgroundColor: panel, borderColor: line, textStyle: { color: ink } },
  }
}
registerTheme(
  'paymeter-light',
  look('rgba(0,0,0,.68)', '#e1e5ec', '#ffffff', ['#0958d9', '#1a7f4b', '#b45309']),
)
registerTheme(
  'paymeter-dark',
  look('rgba(255,255,255,.72)', '#2f3844', '#1c2430', ['#6ba8f5', '#5fc98a', '#f0a766']),
)

export const create = (element: HTMLElement, isDark: boolean): ECharts =>
  init(element, isDark ? 'paymeter-dark' : 'paymeter-light')
