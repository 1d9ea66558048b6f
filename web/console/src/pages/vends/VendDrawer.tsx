/** One sale in full: its way, its figures, what can be done. */
import { Drawer, Timeline } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useVend } from '@/api/queries'
import type { Vend } from '@/api/types'
import { Facts } from '@/common/Page'
import { VendTag } from '@/common/StateTag'
import { Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { isVendAtRest, vendTone } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { VendActions } from './VendActions'
import { VendProgress } from './VendProgress'

function Story({ vend }: { vend: Vend }) {
  const { t } = useTranslation()
  const line = (title: string, at: string | null, more = '') => ({
    content: (
      <>
        <b>{title}</b> {more}
        <br />
        <span className="small muted num">{formatTime(at)}</span>
      </>
    ),
  })
  const items = [
    {
      ...line(
        t('vend.created'),
        vend.created_at,
        `${formatYuan(vend.captured_fen)} ${t(`state.method.${vend.method}`)}`,
      ),
      color: 'blue',
    },
    ...(vend.sent_at
      ? [
          {
            ...line(
              t('vend.sent'),
              vend.sent_at,
              vend.attempts > 1 ? t('sale.attempts', { count: vend.attempts }) : '',
            ),
            color: 'blue',
          },
        ]
      : []),
    vend.finished_at || isVendAtRest(vend.state)
      ? {
          ...line(t(`state.vend.${vend.state}`), vend.finished_at),
          color: vendTone[vend.state] === 'success' ? 'green' : 'red',
        }
      : { ...line(t('vend.rest'), null), color: 'gray' },
  ]
  return <Timeline items={items} />
}

function VendBody({ vend }: { vend: Vend }) {
  const { t } = useTranslation()
  const money = (fen: number | null) => <span className="num">{formatYuan(fen)}</span>
  return (
    <div className="stack">
      {/* The way into a meter; what comes out of one is told by its state and story. */}
      {vend.to_meter_fen > 0 ? <VendProgress vend={vend} /> : <p>{t(`state.vendHint.${vend.state}`)}</p>}
      <VendActions vend={vend} />
      <Facts
        items={[
          { label: t('vend.slip'), value: vend.slip_number },
          {
            label: t('common.customer'),
            value: <Link to={`/accounts/${vend.account_id}`}>{vend.customer_name ?? '—'}</Link>,
          },
          { label: t('vend.account'), value: vend.account_number ?? '—' },
          { label: t('vend.room'), value: vend.room ?? '—' },
          {
            label: t('common.meter'),
            value: <Link to={`/meters/${vend.meter_id}`}>{vend.meter_code}</Link>,
          },
          { label: t('vend.kind'), value: t(`state.vendKind.${vend.kind}`) },
          { label: t('vend.amount'), value: money(vend.captured_fen) },
          { label: t('vend.fees'), value: money(vend.fees_fen) },
          { label: t('vend.toMeter'), value: money(vend.to_meter_fen) },
          { label: t('vend.before'), value: money(vend.balance_before_fen) },
          { label: t('vend.after'), value: money(vend.balance_after_fen) },
          { label: t('vend.method'), value: t(`state.method.${vend.method}`) },
          ...(vend.paid_out_by
            ? [
                {
                  label: t('money.paidOutBy'),
                  value: `${t(`state.method.${vend.paid_out_by}`)} ${vend.paid_out_reference}`,
                },
              ]
            : []),
          ...(vend.related_id !== null
            ? [
                {
                  label: t('money.related'),
                  value: <Link to={`/vends?id=${vend.related_id}`}>#{vend.related_id}</Link>,
                },
              ]
            : []),
          { label: t('vend.count'), value: vend.n ?? '—' },
          { label: t('vend.attempts'), value: vend.attempts },
          { label: t('common.operator'), value: vend.operator_name ?? '—' },
          { label: t('common.note'), value: vend.note || t('common.noNote') },
        ]}
      />
      <h3 style={{ margin: '4px 0 0', fontSize: 15 }}>{t('vend.timeline')}</h3>
      <Story vend={vend} />
    </div>
  )
}

export function VendDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation()
  const vend = useVend(id)
  const title = (
    <span className="row">
      {t(`state.vendKind.${vend.data?.kind ?? 'sale'}`)} {vend.data?.slip_number}
      {vend.data && <VendTag state={vend.data.state} />}
    </span>
  )
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      title={title}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      <Loaded query={vend}>{(found) => <VendBody vend={found} />}</Loaded>
    </Drawer>
  )
}
