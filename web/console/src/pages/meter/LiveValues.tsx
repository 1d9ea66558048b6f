/** Three-phase values of the last full reading. */
import { DashboardOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { MeterDetail } from '@/api/types'
import { Age } from '@/common/Age'
import { Facts, Panel } from '@/common/Page'
import { EmptyView } from '@/common/views'
import {
  formatAmpere,
  formatFactor,
  formatHertz,
  formatKw,
  formatKwh,
  formatVolt,
  rateNames,
} from '@/domain/quantity'
import './meter.css'

type Measured = NonNullable<MeterDetail['measured']>

function Phases({ measured }: { measured: Measured }) {
  const { t } = useTranslation()
  const names = [t('meter.phaseA'), t('meter.phaseB'), t('meter.phaseC')]
  const rows = [
    { name: t('meter.voltage'), values: measured.voltage_mv.slice(0, 3).map(formatVolt), sum: '' },
    {
      name: t('meter.current'),
      values: measured.line_current_ma.slice(0, 3).map(formatAmpere),
      sum: '',
    },
    {
      name: t('meter.power'),
      values: measured.power_w.slice(0, 3).map(formatKw),
      sum: formatKw(measured.power_w[3]),
    },
    {
      name: t('meter.factor'),
      values: measured.power_factor_e3.slice(0, 3).map(formatFactor),
      sum: formatFactor(measured.power_factor_e3[3]),
    },
  ]
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('meter.values')}>
      <table className="phases">
        <thead>
          <tr>
            <th scope="col">{t('meter.phase')}</th>
            {names.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
            <th scope="col">{t('meter.totalLine')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.values.map((value, index) => (
                <td key={index}>{value}</td>
              ))}
              <td>{row.sum}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function LiveValues({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const measured = detail.measured
  if (!measured)
    return (
      <Panel title={t('meter.values')}>
        <EmptyView icon={<DashboardOutlined />} title={t('meter.noValues')} />
      </Panel>
    )
  const rates = measured.rate_energy_wh
    .map((wh, index) => ({ wh, name: rateNames[index] ?? 'flat' }))
    .filter((rate) => rate.wh !== null)
  const items = [
    {
      label: t('meter.energyTotal'),
      value: <span className="num">{formatKwh(measured.energy_wh)}</span>,
    },
    {
      label: t('meter.frequency'),
      value: <span className="num">{formatHertz(measured.frequency_mhz)}</span>,
    },
    ...rates.map((rate) => ({
      label: t('meter.rateEnergy', { rate: t(`state.rate.${rate.name}`) }),
      value: <span className="num">{formatKwh(rate.wh)}</span>,
    })),
  ]
  return (
    <Panel
      title={t('meter.values')}
      extra={
        <span className="small muted">
          {t('meter.measuredAt')} <Age at={measured.at} />
        </span>
      }
    >
      <div className="stack">
        <Phases measured={measured} />
        <Facts items={items} />
      </div>
    </Panel>
  )
}
