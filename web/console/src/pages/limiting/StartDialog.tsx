/** Starts a plan: who could be shed now and who not, the count typed, a reason, an end. */
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, keyed, unwrap } from '@/api/client'
import { limitingKeys, useLimitingPreview } from '@/api/limiting'
import type { LimitingPlan, LimitingPreview, LimitingRun } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { Loaded } from '@/common/views'
import { formatKw } from '@/domain/quantity'
import { instantOf } from '@/domain/time'
import { countedReasons } from '../batches/PreviewPanel'

interface Values {
  count: string
  reason: string
  starts?: string
  ends?: string
}

function Whom({ preview }: { preview: LimitingPreview }) {
  const { t, i18n } = useTranslation()
  const left = preview.left_out.map((line) => ({
    ...line,
    why: i18n.language === 'en' ? line.reason.message_en : line.reason.message_zh,
  }))
  return (
    <div className="stack" style={{ gap: 8, marginBottom: 12 }} data-testid="limiting-preview">
      <span>
        {t('limiting.couldShed', { count: preview.count, power: formatKw(preview.load_w) })}
        {t('limiting.compared', { power: formatKw(preview.compared_w) })}
      </span>
      <div className="name-list" tabIndex={0} role="region" aria-label={t('limiting.groups')}>
        <dl className="lines">
          {preview.meters.map((meter) => (
            <div key={meter.meter_id}>
              <dt>
                {meter.room ?? ''} <span className="num">{meter.meter_code}</span>
                {meter.is_first && <b className="small"> · {t('limiting.atOnce')}</b>}
              </dt>
              <dd className="num">{formatKw(meter.power_w)}</dd>
            </div>
          ))}
        </dl>
      </div>
      {left.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('limiting.neverShed', { count: left.length })}
          description={countedReasons(left)
            .map(([why, count]) => t('batch.reasonCount', { why, count }))
            .join(t('batch.reasonJoin'))}
        />
      )}
    </div>
  )
}

export function StartDialog({ plan, onClose }: { plan: LimitingPlan; onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const preview = useLimitingPreview(plan.id)
  const count = preview.data?.count
  const check = (_: unknown, typed: string | undefined) =>
    count !== undefined && Number((typed ?? '').trim()) === count
      ? Promise.resolve()
      : Promise.reject(new Error(t('batch.countWrong', { count: count ?? 0 })))
  return (
    <ActDialog<Values, LimitingRun>
      title={t('limiting.startTitle', { name: plan.name })}
      text={t('limiting.startText')}
      okText={t('limiting.start')}
      danger
      onClose={onClose}
      send={({ reason, starts, ends }, key) =>
        unwrap(
          client.POST('/api/v1/limiting/plans/{id}/start', {
            params: { path: { id: plan.id }, header: keyed(key) },
            body: {
              reason: reason.trim(),
              count: count ?? 0,
              ...(starts ? { starts_at: instantOf(starts) } : {}),
              ...(ends ? { ends_at: instantOf(ends) } : {}),
            },
          }),
        )
      }
      onDone={(run) => {
        void cache.invalidateQueries({ queryKey: limitingKeys.all })
        void navigate(`/limiting/runs/${run.id}`)
      }}
    >
      <Loaded query={preview} rows={2}>
        {(found) => <Whom preview={found} />}
      </Loaded>
      <Form.Item name="count" label={t('batch.countLabel')} extra={t('batch.countHint')} rules={[{ validator: check }]} validateTrigger="onSubmit">
        <Input inputMode="numeric" autoComplete="off" data-testid="limiting-count" />
      </Form.Item>
      <Form.Item name="starts" label={t('limiting.startsAt')} extra={t('limiting.startsHint')}>
        <Input type="datetime-local" />
      </Form.Item>
      <Form.Item name="ends" label={t('limiting.endsAt')} extra={t('limiting.endsHint')}>
        <Input type="datetime-local" />
      </Form.Item>
      <ReasonItem label={t('common.reason')} />
    </ActDialog>
  )
}
