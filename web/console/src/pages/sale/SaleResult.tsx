/** The sale that was just made, followed until it rests. */
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useVend } from '@/api/queries'
import type { Vend } from '@/api/types'
import { Facts, Panel } from '@/common/Page'
import { VendTag } from '@/common/StateTag'
import { Loaded } from '@/common/views'
import { formatYuan, moneyInWords } from '@/domain/money'
import { VendActions } from '../vends/VendActions'
import { VendProgress } from '../vends/VendProgress'

function ResultBody({ vend, onNext }: { vend: Vend; onNext: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="stack">
      <div>
        <div className="row between">
          <span className="sum num">{formatYuan(vend.captured_fen)}</span>
          <VendTag state={vend.state} />
        </div>
        <span className="muted">{moneyInWords(vend.captured_fen)}</span>
      </div>
      <VendProgress vend={vend} />
      <Facts
        items={[
          {
            label: t('sale.slip'),
            value: (
              <span className="num" data-testid="sale-slip">
                {vend.slip_number}
              </span>
            ),
          },
          { label: t('sale.customer'), value: vend.customer_name ?? '—' },
          { label: t('common.meter'), value: vend.meter_code },
          {
            label: t('sale.before'),
            value: <span className="num">{formatYuan(vend.balance_before_fen)}</span>,
          },
          {
            label: t('sale.delivered'),
            value: (
              <span className="num" data-testid="sale-balance-after">
                {formatYuan(vend.balance_after_fen)}
              </span>
            ),
          },
        ]}
      />
      <div className="row between">
        <VendActions vend={vend} />
        <Button type="primary" onClick={onNext} data-testid="sale-next">
          {t('sale.next')}{' '}
          <kbd style={{ background: 'transparent', color: 'inherit', borderColor: 'currentcolor' }}>
            Esc
          </kbd>
        </Button>
      </div>
    </div>
  )
}

export function SaleResult({ vendId, onNext }: { vendId: number; onNext: () => void }) {
  const { t } = useTranslation()
  const vend = useVend(vendId)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [vendId])
  return (
    <div ref={box} tabIndex={-1} className="sale-result">
      <Panel title={t('sale.sold')}>
        <Loaded query={vend}>{(found) => <ResultBody vend={found} onNext={onNext} />}</Loaded>
      </Panel>
    </div>
  )
}
