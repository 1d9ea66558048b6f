/** One check: how far it is, what each meter showed, and its signed reports. */
import { DownloadOutlined, FileProtectOutlined, StopOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Progress, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client, csrf, download, unwrap } from '@/api/client'
import { commissioningKeys, useCheck, useCheckReports } from '@/api/commissioning'
import type { Check, CheckMeter, CheckReport, CheckVerdict } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { useStationWords } from '@/common/useStationWords'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import { checkVerdicts, verdictTone } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { CheckTag, checkedPercent } from './CommissioningPage'
import { useScopeName } from './useScopeName'

function VerdictTag({ verdict }: { verdict: CheckVerdict }) {
  const { t } = useTranslation()
  return <ToneTag tone={verdictTone[verdict]}>{t(`state.verdict.${verdict}`)}</ToneTag>
}

function useAct<T>(act: () => Promise<T>, done: string, renew: readonly (readonly unknown[])[]) {
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      message.success(done)
      for (const queryKey of renew) void cache.invalidateQueries({ queryKey })
    },
    onError: (error) => message.error(errorText(error)),
  })
}

function Acts({ check }: { check: Check }) {
  const { t } = useTranslation()
  const request = { params: { path: { id: check.id }, header: csrf } }
  const stop = useAct(
    () => unwrap(client.POST('/api/v1/checks/{id}/stop', request)),
    t('check.stopped'),
    [commissioningKeys.check(check.id), commissioningKeys.checks],
  )
  const sign = useAct(
    () => unwrap(client.POST('/api/v1/checks/{id}/reports', request)),
    t('check.signed'),
    [commissioningKeys.reports(check.id)],
  )
  if (check.state === 'running')
    return (
      <RightButton right="import_site" danger icon={<StopOutlined />} loading={stop.isPending} onClick={() => stop.mutate()} data-testid="check-stop">
        {t('check.stop')}
      </RightButton>
    )
  return (
    <RightButton right="import_site" type="primary" icon={<FileProtectOutlined />} loading={sign.isPending} onClick={() => sign.mutate()} data-testid="check-sign">
      {t('check.sign')}
    </RightButton>
  )
}

function Fetch({ report, kind }: { report: CheckReport; kind: 'pdf' | 'json' }) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const lang = kind === 'pdf' ? `?lang=${i18n.language === 'en' ? 'en' : 'zh'}` : ''
  const run = useMutation({
    mutationFn: () =>
      download(`/api/v1/check-reports/${report.id}/report.${kind}${lang}`, `report-${report.id}.${kind}`),
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button size="small" icon={<DownloadOutlined />} loading={run.isPending} onClick={() => run.mutate()} data-testid={`report-${kind}`}>
      {t(`check.file.${kind}`)}
    </Button>
  )
}

function Reports({ checkId }: { checkId: number }) {
  const { t } = useTranslation()
  const reports = useCheckReports(checkId)
  const columns: ListColumn<CheckReport>[] = [
    { key: 'id', title: t('check.report'), width: 90, card: 'title', render: (r) => <b className="num">#{r.id}</b> },
    { key: 'at', title: t('check.signedAt'), width: 170, render: (r) => <span className="num">{formatTime(r.signed_at)}</span> },
    { key: 'by', title: t('check.signedBy'), width: 110, render: (r) => r.signed_by ?? '—' },
    {
      key: 'key',
      title: t('check.key'),
      width: 190,
      render: (r) => <code title={r.public_key}>{r.public_key.slice(0, 16)}…</code>,
    },
    {
      key: 'files',
      title: t('check.files'),
      width: 170,
      card: 'foot',
      render: (r) => (
        <span className="row tight">
          <Fetch report={r} kind="pdf" />
          <Fetch report={r} kind="json" />
        </span>
      ),
    },
  ]
  return (
    <Panel title={t('check.reports')} flush testId="check-reports">
      <Loaded query={reports} rows={2}>
        {(list) => (
          <ListTable
            name="check-reports"
            columns={columns}
            rows={list.rows}
            rowKey={(r) => r.id}
            minWidth={730}
            rowTestId="report-row"
            empty={<EmptyView title={t('check.noReports')} hint={t('check.noReportsHint')} />}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function Points({ meter }: { meter: CheckMeter }) {
  const { t } = useTranslation()
  const words = useStationWords()
  const told = meter.points.filter((point) => point.verdict !== 'ok')
  if (told.length === 0) return <span className="muted">{t('check.allGood', { count: meter.points.length })}</span>
  return (
    <span className="stack" style={{ gap: 2 }}>
      {told.map((point) => (
        <span key={point.point} className="break">
          <b>{t(`state.checkPoint.${point.point}`)}</b> {t(`state.verdict.${point.verdict}`)}
          {point.detail && <span className="muted"> · {words(point.detail)}</span>}
        </span>
      ))}
    </span>
  )
}

function Meters({ meters, check }: { meters: CheckMeter[]; check: Check }) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState<CheckVerdict | 'all'>('all')
  const columns: ListColumn<CheckMeter>[] = [
    {
      key: 'meter',
      title: t('common.meter'),
      width: 210,
      card: 'title',
      sort: (a, b) => a.code.localeCompare(b.code, 'zh-CN', { numeric: true }),
      render: (m) => (
        <Link to={`/meters/${m.id}`}>
          {m.room ?? '—'} <span className="num">{m.code}</span>
        </Link>
      ),
    },
    { key: 'verdict', title: t('check.verdict'), width: 100, card: 'tag', render: (m) => <VerdictTag verdict={m.verdict} /> },
    { key: 'points', title: t('check.found'), width: 380, render: (m) => <Points meter={m} /> },
    { key: 'serial', title: t('check.serial'), width: 150, render: (m) => <span className="num">{m.serial_found || '—'}</span> },
    { key: 'at', title: t('common.time'), width: 165, render: (m) => <span className="num">{formatTime(m.at)}</span> },
  ]
  const shown = verdict === 'all' ? meters : meters.filter((m) => m.verdict === verdict)
  const countOf = (value: CheckVerdict | 'all'): number =>
    value === 'all' ? meters.length : check[value]
  return (
    <section className="panel" data-testid="check-meters">
      <ListTable
        name="check-meters"
        columns={columns}
        rows={shown}
        rowKey={(m) => m.id}
        minWidth={1000}
        rowTestId="check-meter"
        {...(shown.length > 60 ? { virtualHeight: 620 } : {})}
        empty={<EmptyView title={t(check.state === 'running' ? 'check.wait' : 'empty.filtered')} />}
        toolbar={
          <Segmented<CheckVerdict | 'all'>
            value={verdict}
            onChange={setVerdict}
            aria-label={t('check.verdict')}
            options={(['all', ...checkVerdicts] as const).map((value) => ({
              value,
              label: `${value === 'all' ? t('common.all') : t(`state.verdict.${value}`)} ${countOf(value)}`,
            }))}
          />
        }
      />
    </section>
  )
}

function Body({ check, meters }: { check: Check; meters: CheckMeter[] }) {
  const { t } = useTranslation()
  const scopeName = useScopeName()
  return (
    <>
      <PageHead
        title={`${t('check.one')} ${scopeName(check)}`}
        sub={<CheckTag check={check} />}
        extra={<Acts check={check} />}
      />
      <div className="stack">
        {check.state === 'interrupted' && <Alert type="warning" showIcon title={t('check.interrupted')} />}
        <Panel>
          <div aria-live="polite" data-testid="check" data-state={check.state}>
            <Progress
              percent={checkedPercent(check)}
              aria-label={t('check.progress')}
              status={check.state === 'running' ? 'active' : 'normal'}
              format={() => `${check.checked} / ${check.total}`}
            />
            <Facts
              items={[
                ...checkVerdicts.map((verdict) => ({
                  label: t(`state.verdict.${verdict}`),
                  value: <b className="num">{check[verdict]}</b>,
                })),
                { label: t('common.operator'), value: check.started_by ?? '—' },
                { label: t('batch.started'), value: formatTime(check.started_at) },
                { label: t('batch.ended'), value: formatTime(check.finished_at) },
              ]}
            />
          </div>
        </Panel>
        {check.state !== 'running' && <Reports checkId={check.id} />}
        <Meters meters={meters} check={check} />
      </div>
    </>
  )
}

export function CheckPage() {
  const id = Number(useParams().id)
  const check = useCheck(id)
  return (
    <Loaded query={check}>
      {(found) => <Body key={id} check={found.check} meters={found.meters} />}
    </Loaded>
  )
}
