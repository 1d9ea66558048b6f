/** The last 24 hours: power, energy per hour, balance. */
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReadings } from '@/api/queries'
import type { Reading } from '@/api/types'
import { Chart, type ChartOption } from '@/common/Chart'
import { Panel } from '@/common/Page'
import { EmptyView, Loaded } from '@/common/views'
import { hourlyEnergy, linePoints, type Point } from '@/domain/series'
import { inZone } from '@/domain/time'
import { LineChartOutlined } from '@ant-design/icons'

type Kind = 'power' | 'energy' | 'balance'
const unit: Record<Kind, string> = { power: 'kW', energy: 'kWh', balance: '¥' }

const dayMs = 86_400_000
/** So few that a line alone would hardly be seen. */
const fewPoints = 12

function pointsOf(kind: Kind, readings: readonly Reading[]): Point[] {
  if (kind === 'energy') return hourlyEnergy(readings)
  if (kind === 'power')
    return linePoints(readings, (r) => (r.power_w === null ? null : r.power_w / 1000))
  return linePoints(readings, (r) => (r.balance_fen === null ? null : r.balance_fen / 100))
}

function optionOf(kind: Kind, name: string, points: Point[]): ChartOption {
  const last = Date.now()
  const time = (at: number): string => inZone(at).format('HH:mm')
  return {
    animation: false,
    grid: {
      left: 8,
      right: 16,
      top: 30,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    tooltip: {
      trigger: 'axis',
      formatter: (params: unknown) => {
        const [first] = params as { value: Point }[]
        return first
          ? `${inZone(first.value[0]).format('MM-DD HH:mm')}<br><b>${first.value[1].toFixed(2)}</b> ${unit[kind]}`
          : ''
      },
    },
    xAxis: {
      type: 'time',
      min: last - dayMs,
      max: last,
      axisLabel: { formatter: (at: number) => time(at), hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: { type: 'value', name: unit[kind], scale: kind === 'balance', nameGap: 12 },
    series: [
      kind === 'energy'
        ? {
            type: 'bar',
            name,
            data: points,
            barMaxWidth: 18,
            itemStyle: { borderRadius: [3, 3, 0, 0] },
          }
        : {
            type: 'line',
            name,
            data: points,
            showSymbol: points.length < fewPoints,
            lineStyle: { width: 2 },
            areaStyle: { opacity: 0.12 },
            step: kind === 'balance' ? 'end' : false,
          },
    ],
  }
}

export function ReadingsChart({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<Kind>('power')
  const readings = useReadings(meterId, 24)
  const names: Record<Kind, string> = useMemo(
    () => ({
      power: t('meter.chartPower'),
      energy: t('meter.chartEnergy'),
      balance: t('meter.chartBalance'),
    }),
    [t],
  )
  const points = useMemo(() => pointsOf(kind, readings.data?.rows ?? []), [kind, readings.data])
  const option = useMemo(() => optionOf(kind, names[kind], points), [kind, names, points])
  const choose = (
    <Segmented<Kind>
      size="small"
      value={kind}
      onChange={setKind}
      aria-label={t('meter.chart')}
      options={(['power', 'energy', 'balance'] as const).map((value) => ({
        value,
        label: names[value],
      }))}
    />
  )
  return (
    <Panel title={t('meter.chart')} extra={choose}>
      <Loaded query={readings} rows={5}>
        {() =>
          points.length === 0 ? (
            <EmptyView icon={<LineChartOutlined />} title={t('meter.noReadings')} />
          ) : (
            <Chart option={option} height={240} label={`${t('meter.chart')}: ${names[kind]}`} />
          )
        }
      </Loaded>
    </Panel>
  )
}
