/** The last 24 hours: power, energy per hour, balance. */
import { LineChartOutlined } from '@ant-design/icons'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReadings } from '@/api/queries'
import type { Reading } from '@/api/types'
import { Chart } from '@/common/Chart'
import { Panel } from '@/common/Page'
import { EmptyView, Loaded } from '@/common/views'
import { hourlyEnergy, linePoints, type Point } from '@/domain/series'
import { inZone } from '@/domain/time'

type Kind = 'power' | 'energy' | 'balance'
const unit: Record<Kind, string> = { power: 'kW', energy: 'kWh', balance: '¥' }

const shape = { power: 'line', energy: 'bars', balance: 'steps' } as const
const hourMs = 3_600_000
const dayMs = 24 * hourMs
function pointsOf(kind: Kind, readings: readonly Reading[]): Point[] {
  if (kind === 'energy') return hourlyEnergy(readings)
  if (kind === 'power')
    return linePoints(readings, (r) => (r.power_w === null ? null : r.power_w / 1000))
  return linePoints(readings, (r) => (r.balance_fen === null ? null : r.balance_fen / 100))
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
  const now = readings.dataUpdatedAt
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
            <Chart
              kind={shape[kind]}
              points={points}
              from={now - dayMs}
              to={now}
              barMs={hourMs}
              fromZero={kind !== 'balance'}
              unit={unit[kind]}
              height={240}
              label={`${t('meter.chart')}: ${names[kind]}`}
              offsetMs={inZone(now).utcOffset() * 60_000}
              axisText={(at) => inZone(at).format('HH:mm')}
              pointText={(at) => inZone(at).format('MM-DD HH:mm')}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}
