/** How a batch stands, in a tag and in a bar. */
import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Batch, BatchOutcome } from '@/api/types'
import { ToneTag } from '@/common/StateTag'
import { endedPercent, toSend } from '@/domain/batch'
import { batchTone, outcomeTone } from '@/domain/states'

/** An ended batch with failures is not a good one. */
export function BatchTag({ batch }: { batch: Batch }) {
  const { t } = useTranslation()
  const hasFailed = batch.state === 'finished' && batch.counts.failed > 0
  return (
    <ToneTag tone={hasFailed ? 'danger' : batchTone[batch.state]}>
      {hasFailed
        ? t('batch.endedWithFailures', { count: batch.counts.failed })
        : t(`state.batch.${batch.state}`)}
    </ToneTag>
  )
}

export function OutcomeTag({ outcome }: { outcome: BatchOutcome }) {
  const { t } = useTranslation()
  return <ToneTag tone={outcomeTone[outcome]}>{t(`state.outcome.${outcome}`)}</ToneTag>
}

export function BatchBar({ batch, big = false }: { batch: Batch; big?: boolean }) {
  const { t } = useTranslation()
  const { counts } = batch
  const percent = endedPercent(counts)
  const all = toSend(counts)
  return (
    <div data-testid="batch-bar" data-percent={percent}>
      <Progress
        percent={percent}
        size={big ? 'default' : 'small'}
        aria-label={t('batch.progress')}
        status={counts.failed > 0 ? 'exception' : batch.state === 'running' ? 'active' : 'normal'}
        format={() => `${percent}%`}
        style={{ margin: 0, minWidth: 90 }}
      />
      <span className="small muted num">
        {t('batch.doneOf', { done: counts.done, total: all })}
        {counts.failed > 0 && ` · ${t('batch.failedCount', { count: counts.failed })}`}
      </span>
    </div>
  )
}
