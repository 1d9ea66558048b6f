/** A new batch: what, who, preview, and only then the start. */
import { EyeOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Radio } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { client, csrf, keyed, unwrap } from '@/api/client'
import { controlKeys } from '@/api/control'
import type { Batch, BatchOrder, BatchPreview } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { PageHead, Panel } from '@/common/Page'
import { FormError, Guard } from '@/common/views'
import { batchKinds, needsCount, newDraft, orderOf, type BatchDraft, type BatchKind } from '@/domain/batch'
import { tileStates } from '@/domain/matrix'
import { ContentSection } from './ContentSection'
import { PreviewPanel } from './PreviewPanel'
import { WhoSection } from './WhoSection'

/** What other pages ask for in the address: `building`, `floor`, `states`, `meters`, `kind`. */
function draftFrom(params: URLSearchParams): BatchDraft {
  const numbers = (name: string): number[] =>
    (params.get(name) ?? '').split(',').map(Number).filter((value) => Number.isInteger(value) && value !== 0)
  const states = (params.get('states') ?? '').split(',')
  const meterIds = numbers('meters')
  return {
    ...newDraft,
    kind: batchKinds.find((kind) => kind === params.get('kind')) ?? newDraft.kind,
    by: meterIds.length > 0 ? 'list' : 'filter',
    meterIds,
    buildingId: numbers('building')[0] ?? null,
    floor: numbers('floor')[0] ?? null,
    states: tileStates.filter((state) => states.includes(state)),
  }
}

function KindSection({ kind, onChange }: { kind: BatchKind; onChange: (kind: BatchKind) => void }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('batch.what')}>
      <Radio.Group
        value={kind}
        onChange={(event) => onChange(event.target.value as BatchKind)}
        aria-label={t('batch.what')}
        className="kind-choice"
      >
        {batchKinds.map((value) => (
          <Radio key={value} value={value} data-testid={`batch-kind-${value}`}>
            {t(`state.commandKind.${value}`)}
          </Radio>
        ))}
      </Radio.Group>
      <p className="muted" style={{ margin: '8px 0 0' }}>
        {t(`batch.kindHint.${kind}`)}
      </p>
    </Panel>
  )
}

interface StartProps {
  order: BatchOrder
  preview: BatchPreview
  onClose: () => void
}
function StartDialog({ order, preview, onClose }: StartProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const counted = needsCount(order.kind)
  const started = (batch: Batch): void => {
    cache.setQueryData(controlKeys.batch(batch.id), batch)
    void cache.invalidateQueries({ queryKey: controlKeys.batches })
    void navigate(`/batches/${batch.id}`)
  }
  const check = (_: unknown, typed: string | undefined) =>
    Number((typed ?? '').trim()) === preview.count
      ? Promise.resolve()
      : Promise.reject(new Error(t('batch.countWrong', { count: preview.count })))
  return (
    <ActDialog<{ reason?: string; count?: string }, Batch>
      title={t('batch.startTitle', { kind: t(`state.commandKind.${order.kind}`), count: preview.count })}
      text={t(`batch.kindHint.${order.kind}`)}
      okText={t('batch.start')}
      danger={order.kind === 'trip'}
      onClose={onClose}
      onDone={started}
      send={({ reason }, key) =>
        unwrap(
          client.POST('/api/v1/batches', {
            params: { header: keyed(key) },
            body: { ...order, reason: (reason ?? '').trim(), count: preview.count },
          }),
        )
      }
    >
      {counted && (
        <Form.Item
          name="count"
          label={t('batch.countLabel')}
          extra={t('batch.countHint')}
          rules={[{ validator: check }]}
          validateTrigger="onSubmit"
        >
          <Input inputMode="numeric" autoComplete="off" autoFocus data-testid="batch-typed-count" />
        </Form.Item>
      )}
      {order.kind === 'trip' ? (
        <ReasonItem label={t('common.reason')} />
      ) : (
        <Form.Item name="reason" label={t('common.reason')}>
          <Input maxLength={200} placeholder={t('common.optional')} data-testid="act-reason" />
        </Form.Item>
      )}
    </ActDialog>
  )
}

function Editor() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const [draft, setDraft] = useState(() => draftFrom(params))
  const [starting, setStarting] = useState(false)
  const order = useMemo(() => orderOf(draft), [draft])
  const asked = JSON.stringify(order)
  const preview = useMutation({
    mutationFn: async (body: BatchOrder) => ({
      of: JSON.stringify(body),
      found: await unwrap(client.POST('/api/v1/batches/preview', { params: { header: csrf }, body })),
    }),
  })
  /** A preview of something else is none. */
  const shown = preview.data?.of === asked ? preview.data.found : null
  const problem = typeof order === 'string' ? order : null
  return (
    <>
      <div className="stack">
        <KindSection kind={draft.kind} onChange={(kind) => setDraft({ ...draft, kind })} />
        <WhoSection draft={draft} onChange={setDraft} />
        <ContentSection draft={draft} onChange={setDraft} />
        {preview.error && <FormError error={preview.error} testId="batch-error" />}
        {shown && <PreviewPanel preview={shown} />}
        {shown && shown.count > 1000 && <Alert type="warning" showIcon title={t('batch.manyHint', { count: shown.count })} />}
      </div>
      <div className="save-bar">
        <Button
          icon={<EyeOutlined />}
          type={shown ? 'default' : 'primary'}
          loading={preview.isPending}
          disabled={problem !== null}
          onClick={() => typeof order !== 'string' && preview.mutate(order)}
          data-testid="batch-do-preview"
        >
          {t('batch.preview')}
        </Button>
        {shown && shown.count > 0 && (
          <Button
            type="primary"
            danger={draft.kind === 'trip'}
            onClick={() => setStarting(true)}
            data-testid="batch-start"
          >
            {t('batch.startCount', { count: shown.count })}
          </Button>
        )}
        <span className="muted" role="status">
          {problem ? t(`batch.problem.${problem}`) : shown ? '' : t('batch.previewFirst')}
        </span>
      </div>
      {starting && shown && typeof order !== 'string' && (
        <StartDialog order={order} preview={shown} onClose={() => setStarting(false)} />
      )}
    </>
  )
}

export function NewBatchPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('batch.newHeading')} sub={t('batch.newIntro')} />
      <Guard right="switch_supply">
        <Editor />
      </Guard>
    </>
  )
}
