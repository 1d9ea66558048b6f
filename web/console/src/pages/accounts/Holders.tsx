/** Who held the account before, and what the meters showed when it changed hands. */
import { useTranslation } from 'react-i18next'
import { useHolders } from '@/api/money'
import { Panel } from '@/common/Page'
import { Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatKwh } from '@/domain/quantity'
import { formatTime } from '@/domain/time'

export function Holders({ accountId }: { accountId: number }) {
  const { t } = useTranslation()
  const holders = useHolders(accountId)
  if (holders.data?.rows.length === 0) return null
  return (
    <Panel title={t('holder.history')}>
      <Loaded query={holders} rows={2}>
        {(list) => (
            <div className="stack" style={{ gap: 12 }}>
              {list.rows.map((holder) => (
                <div key={holder.to_at}>
                  <b>{holder.customer_name}</b> {holder.phone}
                  <div className="small muted">
                    {t('holder.until', { time: formatTime(holder.to_at) })} · {holder.reason} ·{' '}
                    {holder.operator_name ?? '—'}
                  </div>
                  {holder.meters.map((meter) => (
                    <div key={meter.meter_id} className="small num">
                      {meter.meter_code} · {formatKwh(meter.energy_wh)} ·{' '}
                      {formatYuan(meter.balance_fen)}
                    </div>
                  ))}
                </div>
              ))}
            </div>
        )}
      </Loaded>
    </Panel>
  )
}
