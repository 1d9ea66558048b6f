/** 已收款 → 下发中 → 已到账, or where it left that way, why, and what to do now. */
import { Alert, Steps } from 'antd'
import { useTranslation } from 'react-i18next'
import { reasonText } from '@/api/errors'
import type { Vend } from '@/api/types'
import { vendProgress } from '@/domain/states'
import { formatClock } from '@/domain/time'

export function VendProgress({ vend }: { vend: Vend }) {
  const { t, i18n } = useTranslation()
  const { step, status } = vendProgress(vend.state)
  const off = status === 'error'
  const reason = reasonText(vend.reason, i18n.language)
  const at = (time: string | null): string => (time ? formatClock(time) : '')
  const trying = vend.attempts > 1 ? t('sale.attempts', { count: vend.attempts }) : ''
  const second = vend.state === 'cancelling' ? t('state.vend.cancelling') : t('sale.step1')
  const type =
    vend.state === 'delivered'
      ? 'success'
      : off
        ? vend.state === 'refunded' || vend.state === 'closed'
          ? 'info'
          : 'error'
        : vend.attempts > 1
          ? 'warning'
          : 'info'
  return (
    <div data-testid="vend-progress" data-state={vend.state} data-vend={vend.id} aria-live="polite">
      <Steps
        size="small"
        current={step}
        status={status}
        responsive={false}
        items={[
          { title: t('sale.step0'), content: at(vend.created_at) },
          {
            title: off ? t(`state.vend.${vend.state}`) : second,
            content: [at(vend.sent_at), trying].filter(Boolean).join(' '),
          },
          {
            title: t('sale.step2'),
            content: vend.state === 'delivered' ? at(vend.finished_at) : '',
          },
        ]}
      />
      <Alert
        style={{ marginTop: 14 }}
        type={type}
        showIcon
        title={t(`state.vendHint.${vend.state}`)}
        description={reason || undefined}
      />
    </div>
  )
}
