/** One sale in full: its way, its figures, what can be done. */
import { Drawer, Steps } from 'antd'
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
  const atRest = vend.finished_at !== null || isVendAtRest(vend.state)
  const ended = vendTone[vend.state] === 'danger' || vendTone[vend.state] === 'strange' ? 'error' : 'finish'
  const line = (title: string, at: string | null, more = '') => ({
    title,
    content: (
      <span className="small muted num">
        {formatTime(at)} {more}
      </span>
    ),
    status: 'finish' as 'finish' | 'error' | 'wait',
  })
  const paid = `${formatYuan(vend.captured_fen)} ${t(`state.method.${vend.method}`)}`
  const tries = vend.attempts > 1 ? t('sale.attempts', { count: vend.attempts }) : ''
  const items = [
    line(t('vend.created'), vend.created_at, paid),
    ...(vend.sent_at ? [line(t('vend.sent'), vend.sent_at, tries)] : []),
    atRest
      ? { ...line(t(`state.vend.${vend.state}`), vend.finished_at), status: ended as 'error' }
      : { ...line(t('vend.rest'), null), status: 'wait' as const },
  ]
  return <Steps size="small" type="dot" orientation="vertical" items={items} />
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
