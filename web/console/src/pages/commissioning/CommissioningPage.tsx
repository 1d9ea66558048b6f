/** 现场验收: checks of gateways, buses and buildings, and pulse tests room by room. */
import { ExperimentOutlined, PlusOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { Alert, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useChecks, usePulseTests } from '@/api/commissioning'
import type { Check, PulseFinding, PulseTest } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { Sections } from '@/common/Sections'
import { ToneTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { checkTone, pulseTone } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { CheckDialog, PulseDialog } from './StartDialogs'
import { useScopeName } from './useScopeName'

export function CheckTag({ check }: { check: Check }) {
  const { t } = useTranslation()
  const bad = check.state === 'done' && check.failed > 0
  const doubtful = check.state === 'done' && check.unknown > 0
  return (
    <ToneTag tone={bad ? 'danger' : doubtful ? 'warning' : checkTone[check.state]}>
      {bad
        ? t('check.withFaults', { count: check.failed })
        : doubtful
          ? t('check.withUnknown', { count: check.unknown })
          : t(`state.check.${check.state}`)}
    </ToneTag>
  )
}

export const checkedPercent = (check: Check): number =>
  check.total === 0 ? 100 : Math.floor((check.checked / check.total) * 100)

function useCheckColumns(): ListColumn<Check>[] {
  const { t } = useTranslation()
  const scopeName = useScopeName()
  const count = (value: number) => <span className="num">{value}</span>
  return [
    {
      key: 'scope',
      title: t('check.scope'),
      width: 200,
      card: 'title',
      render: (c) => (
        <>
          <span className="muted">{t(`state.checkScope.${c.scope}`)}</span> <b>{scopeName(c)}</b>
        </>
      ),
    },
    { key: 'state', title: t('common.state'), width: 130, card: 'tag', render: (c) => <CheckTag check={c} /> },
    {
      key: 'progress',
      title: t('check.progress'),
      width: 170,
      render: (c) => (
        <Progress
          percent={checkedPercent(c)}
          size="small"
          aria-label={t('check.progress')}
          format={() => `${c.checked} / ${c.total}`}
          style={{ margin: 0 }}
        />
      ),
    },
    { key: 'ok', title: t('state.verdict.ok'), width: 75, align: 'right', render: (c) => count(c.ok) },
    { key: 'failed', title: t('state.verdict.failed'), width: 80, align: 'right', render: (c) => count(c.failed) },
    { key: 'unknown', title: t('state.verdict.unknown'), width: 75, align: 'right', render: (c) => count(c.unknown) },
    { key: 'by', title: t('common.operator'), width: 95, render: (c) => c.started_by ?? '—' },
    { key: 'at', title: t('batch.started'), width: 160, render: (c) => <span className="num">{formatTime(c.started_at)}</span> },
  ]
}

function Checks() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { limit, offset, paging } = usePaging('checks')
  const checks = useChecks({ limit, offset })
  const columns = useCheckColumns()
  return (
    <Loaded query={checks}>
      {(list) => (
        <ListTable
          name="checks"
          columns={columns}
          rows={list.rows}
          rowKey={(c) => c.id}
          loading={checks.isPlaceholderData}
          paging={paging(list.total)}
          onOpen={(c) => void navigate(`/commissioning/checks/${c.id}`)}
          minWidth={985}
          rowTestId="check-row"
          empty={<EmptyView icon={<SafetyCertificateOutlined />} title={t('check.none')} hint={t('check.noneHint')} />}
        />
      )}
    </Loaded>
  )
}

export function PulseTag({ test }: { test: PulseTest }) {
  const { t } = useTranslation()
  if (test.state === 'done' && test.result)
    return (
      <ToneTag tone={pulseTone[test.result.verdict]}>
        {t(`state.pulseVerdict.${test.result.verdict}`)}
      </ToneTag>
    )
  return (
    <ToneTag tone={test.state === 'cancelled' ? 'neutral' : 'progress'}>
      {t(`state.pulse.${test.state}`)}
    </ToneTag>
  )
}

function usePulseColumns(): ListColumn<PulseTest>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'meter',
      title: t('pulse.room'),
      width: 230,
      card: 'title',
      render: (p) => (
        <>
          <b>{p.meter.room ?? '—'}</b> <span className="muted num">{p.meter.code}</span>
        </>
      ),
    },
    { key: 'state', title: t('pulse.result'), width: 140, card: 'tag', render: (p) => <PulseTag test={p} /> },
    {
      key: 'seen',
      title: t('pulse.seenBy'),
      width: 200,
      render: (p) =>
        p.result?.seen ? `${p.result.seen.room ?? ''} ${p.result.seen.code}` : '—',
    },
    {
      key: 'load',
      title: t('pulse.load'),
      width: 100,
      align: 'right',
      render: (p) => <span className="num">{p.load_w === 0 ? '—' : `${p.load_w} W`}</span>,
    },
    {
      key: 'rounds',
      title: t('pulse.rounds'),
      width: 80,
      align: 'right',
      render: (p) => <span className="num">{`${p.rounds_done} / ${p.rounds}`}</span>,
    },
    { key: 'at', title: t('batch.started'), width: 170, render: (p) => <span className="num">{formatTime(p.started_at)}</span> },
  ]
}

function Findings({ findings }: { findings: PulseFinding[] }) {
  const { t } = useTranslation()
  if (findings.length === 0) return null
  const name = (meter: { room: string | null; code: string }) => `${meter.room ?? ''} ${meter.code}`.trim()
  return (
    <div style={{ padding: '0 16px 12px' }}>
      <Alert
        type="error"
        showIcon
        title={t('pulse.findings', { count: findings.length })}
        description={
          <ul style={{ margin: 0, paddingLeft: 18 }}>
            {findings.map((f) => (
              <li key={`${f.kind}${f.room_meter.id}`}>
                {t(`pulse.finding.${f.kind}`, { room: name(f.room_meter), seen: name(f.seen) })}
              </li>
            ))}
          </ul>
        }
      />
    </div>
  )
}

function Pulses() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { limit, offset, paging } = usePaging('pulses')
  const tests = usePulseTests({ limit, offset })
  const columns = usePulseColumns()
  return (
    <Loaded query={tests}>
      {(list) => (
        <>
          <Findings findings={list.findings} />
          <ListTable
            name="pulses"
            columns={columns}
            rows={list.rows}
            rowKey={(p) => p.id}
            loading={tests.isPlaceholderData}
            paging={paging(list.total)}
            onOpen={(p) => void navigate(`/commissioning/pulses/${p.id}`)}
            minWidth={920}
            rowTestId="pulse-row"
            empty={<EmptyView icon={<ExperimentOutlined />} title={t('pulse.none')} hint={t('pulse.noneHint')} />}
          />
        </>
      )}
    </Loaded>
  )
}

export function CommissioningPage() {
  const { t } = useTranslation()
  const [starting, setStarting] = useState<'check' | 'pulse' | null>(null)
  const close = (): void => setStarting(null)
  const extra = (
    <>
      <RightButton right="import_site" icon={<ExperimentOutlined />} onClick={() => setStarting('pulse')} data-testid="pulse-new">
        {t('pulse.new')}
      </RightButton>
      <RightButton right="import_site" type="primary" icon={<PlusOutlined />} onClick={() => setStarting('check')} data-testid="check-new">
        {t('check.new')}
      </RightButton>
    </>
  )
  return (
    <>
      <PageHead title={t('check.heading')} sub={t('check.intro')} extra={extra} />
      <Sections
        label={t('check.heading')}
        testId="commissioning"
        items={[
          { key: 'checks', label: t('check.checks'), children: <Checks /> },
          { key: 'pulses', label: t('pulse.tests'), children: <Pulses /> },
        ]}
      />
      {starting === 'check' && <CheckDialog onClose={close} />}
      {starting === 'pulse' && <PulseDialog onClose={close} />}
    </>
  )
}
