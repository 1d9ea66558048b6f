/** The meter's own wallet, beside what the platform counted. */
import { WalletOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { MeterDetail } from '@/api/types'
import { Age } from '@/common/Age'
import { Facts, Panel } from '@/common/Page'
import { TileTag } from '@/common/StateTag'
import { EmptyView } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatKwh } from '@/domain/quantity'

export function Wallet({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { prepaid, money, tile } = detail
  if (!prepaid)
    return (
      <Panel title={t('meter.wallet')}>
        <EmptyView
          icon={<WalletOutlined />}
          title={detail.meter.prepaid ? t('meter.noValues') : t('meter.noWallet')}
        />
      </Panel>
    )
  const differs =
    prepaid.account_open && money.serial !== null && prepaid.purchase_count !== money.purchase_count
  const count = differs ? (
    <span>
      {prepaid.purchase_count}{' '}
      <span className="small" style={{ color: 'var(--danger)' }}>
        {t('meter.countDiffers', { count: money.purchase_count })}
      </span>
    </span>
  ) : (
    <span data-testid="purchase-count">{prepaid.purchase_count}</span>
  )
  return (
    <Panel
      title={t('meter.wallet')}
      extra={
        <span className="small muted">
          <Age at={prepaid.at} />
        </span>
      }
    >
      <div className="row between" style={{ marginBottom: 12 }}>
        <span
          className={`balance-big num${prepaid.arrears ? ' low' : ''}`}
          data-testid="balance"
          data-fen={prepaid.balance_fen}
        >
          {formatYuan(prepaid.balance_fen)}
        </span>
        <TileTag state={tile.state} />
      </div>
      <Facts
        items={[
          {
            label: t('meter.credit'),
            value: <span className="num">{formatKwh(prepaid.credit_remaining_wh)}</span>,
          },
          { label: t('meter.count'), value: count },
          {
            label: t('meter.soldTotal'),
            value: <span className="num">{formatYuan(prepaid.sold_total_fen)}</span>,
          },
          {
            label: t('meter.lastSale'),
            value: (
              <span className="num">
                {prepaid.purchase_count === 0 ? '—' : formatYuan(prepaid.last_amount_fen)}
              </span>
            ),
          },
        ]}
      />
    </Panel>
  )
}
