/** 有序限电: plans, and every run with what it shed. */
import { PlusOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { limitingKeys, useLimitingPlans, useLimitingRuns } from '@/api/limiting'
import type { LimitingPlan, LimitingRun } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { Sections } from '@/common/Sections'
import { ToneTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import { runTone } from '@/domain/limiting'
import { formatKw } from '@/domain/quantity'
import { formatTime } from '@/domain/time'
import { StartDialog } from './StartDialog'

export function RunTag({ run }: { run: Pick<LimitingRun, 'state' | 'is_waiting'> }) {
  const { t } = useTranslation()
  if (run.is_waiting) return <ToneTag tone="info">{t('limiting.waiting')}</ToneTag>
  return <ToneTag tone={runTone[run.state]}>{t(`limiting.state.${run.state}`)}</ToneTag>
}

const meterCount = (plan: LimitingPlan): number =>
  plan.groups.reduce((sum, group) => sum + group.meters.length, 0)

function PlanActs({ plan, run }: { plan: LimitingPlan; run: LimitingRun | undefined }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const [starting, setStarting] = useState(false)
  const retire = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/api/v1/limiting/plans/{id}/retire', {
          params: { path: { id: plan.id }, header: csrf },
        }),
      ),
    onSuccess: () => {
      message.success(t('limiting.retired'))
      void cache.invalidateQueries({ queryKey: limitingKeys.plans })
    },
    onError: (error) => message.error(errorText(error)),
  })
  const ask = (): void =>
    void modal.confirm({
      title: t('limiting.retireTitle', { name: plan.name }),
      content: t('limiting.retireText'),
      okText: t('limiting.retire'),
      cancelText: t('common.back'),
      onOk: () => retire.mutate(),
    })
  if (plan.retired_at) return <span className="muted">{t('limiting.retiredAt', { time: formatTime(plan.retired_at) })}</span>
  return (
    <span className="row tight">
      <RightButton right="limit_supply" blocked={run ? t('limiting.runsNow') : ''} size="small" type="primary" danger icon={<ThunderboltOutlined />} onClick={() => setStarting(true)} data-testid="plan-start">
        {t('limiting.start')}
      </RightButton>
      <RightButton right="limit_supply" size="small" loading={retire.isPending} onClick={ask}>
        {t('limiting.retire')}
      </RightButton>
      {starting && <StartDialog plan={plan} onClose={() => setStarting(false)} />}
    </span>
  )
}

function Plans() {
  const { t } = useTranslation()
  const plans = useLimitingPlans()
  // Runs that have not ended are the newest ones.
  const runs = useLimitingRuns({ limit: 20, offset: 0 })
  const runOf = (plan: LimitingPlan) =>
    runs.data?.rows.find((run) => run.plan_id === plan.id && run.state !== 'ended')
  const columns: ListColumn<LimitingPlan>[] = [
    { key: 'name', title: t('limiting.name'), width: 150, card: 'title', render: (p) => <b>{p.name}</b> },
    {
      key: 'run',
      title: t('common.state'),
      width: 110,
      render: (p) => {
        const run = runOf(p)
        return run ? <Link to={`/limiting/runs/${run.id}`}><RunTag run={run} /></Link> : '—'
      },
    },
    { key: 'mode', title: t('limiting.mode'), width: 120, card: 'tag', render: (p) => t(`limiting.modes.${p.mode}`) },
    {
      key: 'goal',
      title: t('limiting.goal'),
      width: 190,
      render: (p) =>
        p.mode === 'target'
          ? t('limiting.toPower', { power: formatKw(p.target_w) })
          : t('limiting.byTurns', { off: p.groups_off, minutes: p.turn_minutes }),
    },
    {
      key: 'groups',
      title: t('limiting.groups'),
      width: 150,
      render: (p) =>
        t('limiting.groupCount', { groups: p.groups.length, meters: meterCount(p) }),
    },
    { key: 'by', title: t('common.operator'), width: 100, render: (p) => p.created_by ?? '—' },
    { key: 'acts', title: t('common.actions'), width: 180, card: 'foot', render: (p) => <PlanActs plan={p} run={runOf(p)} /> },
  ]
  return (
    <Loaded query={plans}>
      {(list) => (
        <ListTable
          name="limiting-plans"
          columns={columns}
          rows={list.rows}
          rowKey={(p) => p.id}
          minWidth={1000}
          rowTestId="plan-row"
          empty={<EmptyView icon={<ThunderboltOutlined />} title={t('limiting.noPlans')} hint={t('limiting.noPlansHint')} />}
        />
      )}
    </Loaded>
  )
}

function Runs() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const plans = useLimitingPlans()
  const { limit, offset, paging } = usePaging('runs')
  const runs = useLimitingRuns({ limit, offset })
  const planName = (run: LimitingRun): string =>
    plans.data?.rows.find((plan) => plan.id === run.plan_id)?.name ?? `#${run.plan_id}`
  const columns: ListColumn<LimitingRun>[] = [
    { key: 'plan', title: t('limiting.plan'), width: 170, card: 'title', render: (r) => <b>{planName(r)}</b> },
    { key: 'state', title: t('common.state'), width: 110, card: 'tag', render: (r) => <RunTag run={r} /> },
    { key: 'reason', title: t('common.reason'), width: 220, render: (r) => <span className="break">{r.reason}</span> },
    { key: 'by', title: t('common.operator'), width: 100, render: (r) => r.started_by ?? '—' },
    { key: 'from', title: t('batch.started'), width: 170, render: (r) => <span className="num">{formatTime(r.started_at)}</span> },
    { key: 'to', title: t('batch.ended'), width: 170, render: (r) => <span className="num">{formatTime(r.ended_at)}</span> },
  ]
  return (
    <Loaded query={runs}>
      {(list) => (
        <ListTable
          name="limiting-runs"
          columns={columns}
          rows={list.rows}
          rowKey={(r) => r.id}
          paging={paging(list.total)}
          onOpen={(r) => void navigate(`/limiting/runs/${r.id}`)}
          minWidth={940}
          rowTestId="run-row"
          empty={<EmptyView title={t('limiting.noRuns')} hint={t('limiting.noRunsHint')} />}
        />
      )}
    </Loaded>
  )
}

export function LimitingPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      <PageHead
        title={t('limiting.heading')}
        sub={t('limiting.intro')}
        extra={
          <RightButton right="limit_supply" type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/limiting/new')} data-testid="plan-new">
            {t('limiting.new')}
          </RightButton>
        }
      />
      <Sections
        label={t('limiting.heading')}
        testId="limiting"
        items={[
          { key: 'plans', label: t('limiting.plans'), children: <Plans /> },
          { key: 'runs', label: t('limiting.runs'), children: <Runs /> },
        ]}
      />
    </>
  )
}

export function BackToLimiting() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return <Button onClick={() => void navigate('/limiting')}>{t('pulse.toList')}</Button>
}
