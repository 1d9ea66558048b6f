/** One settlement: its steps, its figures, what a person has to do next. */
import { PrinterOutlined } from '@ant-design/icons'
import { Alert, Button, Drawer, Steps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { reasonText } from '@/api/errors'
import { useSettlement } from '@/api/money'
import type { Settlement } from '@/api/types'
import { Facts } from '@/common/Page'
import { Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatKwh } from '@/domain/quantity'
import { stepOf, stepsOf } from '@/domain/settlement'
import { formatTime } from '@/domain/time'
import { SettlementSlip } from '../slip/SettlementSlip'
import { wasPrinted } from '../slip/printed'
import { SettlementActions } from './SettlementActions'

function Way({ settlement }: { settlement: Settlement }) {
  const { t } = useTranslation()
  const isCancelled = settlement.state === 'cancelled'
  const status = settlement.state === 'done' ? 'finish' : settlement.trouble || isCancelled ? 'error' : 'process'
  return (
    <Steps
      size="small"
      orientation="vertical"
      current={stepOf(settlement)}
      status={status}
      items={stepsOf(settlement.kind).map((state) => ({
        title: t(`settlement.step.${state}`),
      }))}
    />
  )
}

function PrintButton({ settlement }: { settlement: Settlement }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  if (settlement.final_at === null) return null
  const again = wasPrinted(`settlement-${settlement.id}`)
  return (
    <div>
      <Button icon={<PrinterOutlined />} onClick={() => setOpen(true)} data-testid="settlement-print">
        {again ? t('vend.reprint') : t('vend.print')}
      </Button>
      {open && <SettlementSlip id={settlement.id} onClose={() => setOpen(false)} />}
    </div>
  )
}

function Body({ settlement }: { settlement: Settlement }) {
  const { t, i18n } = useTranslation()
  return (
    <div className="stack">
      {settlement.trouble && (
        <Alert
          type="error"
          showIcon
          title={reasonText(settlement.trouble, i18n.language)}
          data-testid="settlement-trouble"
        />
      )}
      {settlement.state === 'replacing' && (
        <Alert type="info" showIcon title={t('settlement.replacingHint')} />
      )}
      {settlement.without_meter && <Alert type="warning" showIcon title={t('settlement.withoutMeter')} />}
      <Way settlement={settlement} />
      <SettlementActions settlement={settlement} />
      <PrintButton settlement={settlement} />
      <Facts
        items={[
          { label: t('settlement.kindLabel'), value: t(`settlement.kind.${settlement.kind}`) },
          {
            label: t('common.customer'),
            value: (
              <Link to={`/accounts/${settlement.account_id}`}>{settlement.customer_name ?? '—'}</Link>
            ),
          },
          {
            label: t('common.meter'),
            value: <Link to={`/meters/${settlement.meter_id}`}>{settlement.meter_code}</Link>,
          },
          { label: t('settlement.oldSerial'), value: settlement.old_serial ?? '—' },
          {
            label: t('settlement.finalReading'),
            value: <span className="num">{formatKwh(settlement.final_wh)}</span>,
          },
          {
            label: t('settlement.finalBalance'),
            value: <span className="num">{formatYuan(settlement.final_balance_fen)}</span>,
          },
          ...(settlement.due_fen === null
            ? []
            : [{ label: t('settlement.due'), value: <b className="num">{formatYuan(settlement.due_fen)}</b> }]),
          { label: t('settlement.finalAt'), value: formatTime(settlement.final_at) },
          ...(settlement.kind === 'change_over'
            ? [
                { label: t('settlement.newSerial'), value: settlement.new_serial ?? '—' },
                {
                  label: t('settlement.startReading'),
                  value: <span className="num">{formatKwh(settlement.start_wh)}</span>,
                },
              ]
            : []),
          ...(settlement.vend_id !== null
            ? [
                {
                  label: t('settlement.vend'),
                  value: <Link to={`/vends?id=${settlement.vend_id}`}>{t('settlement.openVend')}</Link>,
                },
              ]
            : []),
          { label: t('money.reason'), value: settlement.reason },
          { label: t('common.operator'), value: settlement.operator_name ?? '—' },
          { label: t('common.time'), value: formatTime(settlement.created_at) },
        ]}
      />
    </div>
  )
}

export function SettlementDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation()
  const settlement = useSettlement(id)
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      title={`${t('settlement.heading')} ${settlement.data?.number ?? ''}`}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      <Loaded query={settlement}>{(found) => <Body settlement={found} />}</Loaded>
    </Drawer>
  )
}
