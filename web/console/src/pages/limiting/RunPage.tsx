/** One run of load limiting: what is shed now, by how much, and its end. */
import { StopOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { reasonText } from '@/api/errors'
import { limitingKeys, useLimitingPlans, useLimitingRun } from '@/api/limiting'
import type { LimitingReport, LimitingRow } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { Updated } from '@/common/Updated'
import { EmptyView, Loaded } from '@/common/views'
import { rowOutcomes, rowTone } from '@/domain/limiting'
import { formatKw, formatKwh } from '@/domain/quantity'
import { formatSpan, formatTime } from '@/domain/time'
import { BackToLimiting, RunTag } from './LimitingPage'

function EndDialog({ run, onClose }: { run: LimitingReport; onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  return (
    <ActDialog<{ reason?: string }, LimitingReport>
      title={t('limiting.endTitle')}
      text={t('limiting.endText', { count: run.meters_off })}
      okText={t('limiting.end')}
      onClose={onClose}
      send={({ reason }) =>
        unwrap(
          client.POST('/api/v1/limiting/runs/{id}/end', {
            params: { path: { id: run.id }, header: csrf },
            body: { reason: (reason ?? '').trim() },
          }),
        )
      }
      onDone={(ended) => {
        cache.setQueryData(limitingKeys.run(run.id), ended)
        void cache.invalidateQueries({ queryKey: limitingKeys.runs })
        onClose()
      }}
    >
      <Form.Item name="reason" label={t('common.reason')}>
        <Input maxLength={200} data-testid="act-reason" />
      </Form.Item>
    </ActDialog>
  )
}

function useColumns(groupName: (index: number) => string): ListColumn<LimitingRow>[] {
  const { t, i18n } = useTranslation()
  return [
    {
      key: 'meter',
      title: t('common.meter'),
      width: 190,
      card: 'title',
      render: (r) => (
        <Link to={`/meters/${r.meter_id}`}>
          {r.room ?? ''} <span className="num">{r.meter_code}</span>
        </Link>
      ),
    },
    {
      key: 'outcome',
      title: t('common.state'),
      width: 120,
      card: 'tag',
      render: (r) => <ToneTag tone={rowTone[r.outcome]}>{t(`limiting.outcome.${r.outcome}`)}</ToneTag>,
    },
    { key: 'group', title: t('limiting.group'), width: 100, sort: (a, b) => a.group - b.group, render: (r) => groupName(r.group) },
    { key: 'power', title: t('limiting.powerBefore'), width: 115, align: 'right', sort: (a, b) => (a.power_w ?? -1) - (b.power_w ?? -1), render: (r) => <span className="num">{formatKw(r.power_w)}</span> },
    { key: 'after', title: t('limiting.powerAfter'), width: 115, align: 'right', render: (r) => <span className={(r.after_w ?? 0) > 0 ? 'num strong' : 'num'}>{formatKw(r.after_w)}</span> },
    { key: 'since', title: t('limiting.offSince'), width: 165, render: (r) => <span className="num">{formatTime(r.off_since)}</span> },
    { key: 'off', title: t('limiting.offFor'), width: 110, align: 'right', sort: (a, b) => a.off_seconds - b.off_seconds, render: (r) => <span className="num">{r.off_seconds === 0 ? '—' : formatSpan(r.off_seconds * 1000)}</span> },
    { key: 'times', title: t('limiting.times'), width: 70, align: 'right', render: (r) => <span className="num">{r.times}</span> },
    { key: 'trouble', title: t('batch.why'), width: 200, render: (r) =>
        [r.is_overridden ? t('limiting.outcome.overridden') : '', reasonText(r.trouble, i18n.language)].filter(Boolean).join(' · ') || '—' },
  ]
}

function Figures({ run }: { run: LimitingReport }) {
  const { t } = useTranslation()
  return (
    <Panel>
      <div data-testid="limiting-run" data-state={run.state} aria-live="polite">
        <Facts
          big
          items={[
            { label: t('limiting.metersOff'), value: run.meters_off, testId: 'meters-off' },
            { label: t('limiting.powerOff'), value: formatKw(run.power_off_w) },
            { label: t('limiting.powerShed'), value: `${formatKw(run.shed_w)} · ${run.shed_meters}`, testId: 'power-shed' },
            { label: t('limiting.loadBefore'), value: formatKw(run.load_before_w) },
            { label: t('limiting.loadNow'), value: formatKw(run.load_w) },
            ...(run.target_w > 0 ? [{ label: t('limiting.target'), value: formatKw(run.target_w) }] : []),
            { label: t('limiting.energy'), value: formatKwh(run.energy_estimate_wh) },
          ]}
        />
        <p className="small muted">{t('limiting.energyHint')}</p>
        <Facts
          items={[
            { label: t('common.reason'), value: run.reason },
            { label: t('batch.started'), value: `${formatTime(run.started_at)} ${run.started_by ?? ''}` },
            { label: t('limiting.endsAt'), value: run.ends_at ? formatTime(run.ends_at) : t('limiting.untilEnded') },
            { label: t('batch.ended'), value: `${formatTime(run.ended_at)} ${run.ended_by ?? ''}` },
            ...(run.end_reason ? [{ label: t('limiting.endReason'), value: run.end_reason }] : []),
          ]}
        />
      </div>
    </Panel>
  )
}

function Rows({ run, groupName }: { run: LimitingReport; groupName: (index: number) => string }) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<LimitingRow['outcome'] | 'all'>('all')
  const columns = useColumns(groupName)
  const of = (value: LimitingRow['outcome'] | 'all') =>
    value === 'all' ? run.rows : run.rows.filter((row) => row.outcome === value)
  const shown = of(outcome)
  return (
    <section className="panel">
      <ListTable
        name="limiting-rows"
        columns={columns}
        rows={shown}
        rowKey={(r) => r.meter_id}
        minWidth={1160}
        rowTestId="limiting-row"
        {...(shown.length > 60 ? { virtualHeight: 560 } : {})}
        empty={<EmptyView title={t('empty.filtered')} />}
        toolbar={
          <Select<LimitingRow['outcome'] | 'all'>
            value={outcome}
            onChange={setOutcome}
            aria-label={t('common.state')}
            style={{ width: 170 }}
            options={(['all', ...rowOutcomes] as const).map((value) => ({
              value,
              label: `${value === 'all' ? t('common.all') : t(`limiting.outcome.${value}`)} ${of(value).length}`,
            }))}
          />
        }
      />
    </section>
  )
}

function Body({ run, updatedAt }: { run: LimitingReport; updatedAt: number }) {
  const { t } = useTranslation()
  const plans = useLimitingPlans()
  const plan = plans.data?.rows.find((each) => each.id === run.plan_id)
  const [ending, setEnding] = useState(false)
  const groupName = (index: number): string =>
    plan?.groups[index]?.name || t('limiting.groupNumber', { number: index + 1 })
  return (
    <>
      <PageHead
        title={`${t('limiting.run')} ${plan?.name ?? `#${run.plan_id}`}`}
        sub={<RunTag run={run} />}
        extra={
          <>
            {run.state !== 'ended' && <Updated atMs={updatedAt} />}
            <BackToLimiting />
            {run.state === 'running' && (
              <RightButton right="limit_supply" type="primary" icon={<StopOutlined />} onClick={() => setEnding(true)} data-testid="run-end">
                {t('limiting.end')}
              </RightButton>
            )}
          </>
        }
      />
      <div className="stack">
        {run.is_waiting && (
          <Alert type="info" showIcon title={t('limiting.waitingHint', { time: formatTime(run.started_at) })} />
        )}
        {run.state === 'ending' && <Alert type="info" showIcon title={t('limiting.endingHint')} />}
        {run.state === 'running' && run.main_unread && (
          <Alert type="warning" showIcon title={t('limiting.mainUnread')} />
        )}
        {run.state === 'running' && run.short_of_target && (
          <Alert type="warning" showIcon title={t('limiting.short')} />
        )}
        {run.power_after_w > 0 && (
          <Alert type="error" showIcon title={t('limiting.stillDraws', { power: formatKw(run.power_after_w) })} />
        )}
        <Figures run={run} />
        <Rows run={run} groupName={groupName} />
      </div>
      {ending && <EndDialog run={run} onClose={() => setEnding(false)} />}
    </>
  )
}

export function RunPage() {
  const id = Number(useParams().id)
  const run = useLimitingRun(id)
  return <Loaded query={run}>{(found) => <Body key={id} run={found} updatedAt={run.dataUpdatedAt} />}</Loaded>
}
