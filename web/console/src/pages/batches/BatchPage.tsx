/** One batch: its progress live, what can be done with it, and what became of each meter. */
import {
  DownloadOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  RedoOutlined,
  StopOutlined,
} from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Drawer, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client, csrf, download, unwrap } from '@/api/client'
import { controlKeys, useBatch, useBatchRows } from '@/api/control'
import { reasonText } from '@/api/errors'
import type { Batch, BatchOutcome, BatchRow } from '@/api/types'
import { DifferenceTable } from '@/common/DifferenceTable'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows, useErrorText } from '@/common/views'
import { toSend } from '@/domain/batch'
import { batchOutcomes } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { CommandBody } from '../commands/CommandDrawer'
import { BatchBar, BatchTag, OutcomeTag } from './BatchTags'
import { useSelectionText, useSettingsText } from './useSelectionText'

type Act = 'pause' | 'resume' | 'cancel' | 'retry'

function useAct(id: number) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const request = { params: { path: { id }, header: csrf } }
  return useMutation({
    mutationFn: (act: Act) =>
      unwrap(
        act === 'pause'
          ? client.POST('/api/v1/batches/{id}/pause', request)
          : act === 'resume'
            ? client.POST('/api/v1/batches/{id}/resume', request)
            : act === 'cancel'
              ? client.POST('/api/v1/batches/{id}/cancel', request)
              : client.POST('/api/v1/batches/{id}/retry', request),
      ),
    onSuccess: (batch, act) => {
      message.success(t(`batch.acted.${act}`))
      cache.setQueryData(controlKeys.batch(id), batch)
      void cache.invalidateQueries({ queryKey: controlKeys.batches })
      void cache.invalidateQueries({ queryKey: controlKeys.batchRows(id) })
    },
    onError: (error) => message.error(errorText(error)),
  })
}

function Acts({ batch }: { batch: Batch }) {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const run = useAct(batch.id)
  const { state, counts } = batch
  const open = state === 'running' || state === 'paused'
  const ask = (act: 'cancel' | 'retry', count: number): void =>
    void modal.confirm({
      title: t(`batch.ask.${act}`),
      content: t(`batch.askText.${act}`, { count }),
      okText: t(`batch.act.${act}`),
      cancelText: t('common.back'),
      okButtonProps: { danger: act === 'cancel' },
      onOk: () => run.mutate(act),
    })
  const button = (act: Act, icon: React.ReactNode, onClick: () => void, danger = false) => (
    <RightButton
      right="switch_supply"
      icon={icon}
      danger={danger}
      loading={run.isPending && run.variables === act}
      onClick={onClick}
      data-testid={`batch-${act}`}
    >
      {t(`batch.act.${act}`)}
    </RightButton>
  )
  return (
    <>
      {state === 'running' && button('pause', <PauseCircleOutlined />, () => run.mutate('pause'))}
      {state === 'paused' && button('resume', <PlayCircleOutlined />, () => run.mutate('resume'))}
      {open && button('cancel', <StopOutlined />, () => ask('cancel', counts.waiting), true)}
      {counts.failed > 0 && button('retry', <RedoOutlined />, () => ask('retry', counts.failed))}
    </>
  )
}

function ExportRows({ batch }: { batch: Batch }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const run = useMutation({
    mutationFn: () => download(`/api/v1/batches/${batch.id}/rows.csv`, `batch-${batch.id}.csv`),
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={run.isPending} onClick={() => run.mutate()} data-testid="batch-csv">
      {t('batch.csv')}
    </Button>
  )
}

function useColumns(): ListColumn<BatchRow>[] {
  const { t, i18n } = useTranslation()
  return [
    {
      key: 'meter',
      title: t('common.meter'),
      width: 210,
      card: 'title',
      render: (row) => (
        <>
          <b>{row.room ?? '—'}</b> <span className="muted num">{row.meter_code}</span>
        </>
      ),
    },
    {
      key: 'outcome',
      title: t('batch.outcome'),
      width: 110,
      card: 'tag',
      render: (row) => <OutcomeTag outcome={row.outcome} />,
    },
    {
      key: 'reason',
      title: t('batch.why'),
      width: 330,
      render: (row) =>
        [reasonText(row.reason, i18n.language), row.differences && t('batch.differs')]
          .filter(Boolean)
          .join(' · ') || '—',
    },
    {
      key: 'tries',
      title: t('batch.tries'),
      width: 75,
      align: 'right',
      render: (row) => <span className="num">{row.tries}</span>,
    },
    {
      key: 'finished',
      title: t('batch.ended'),
      width: 170,
      render: (row) => <span className="num">{formatTime(row.finished_at)}</span>,
    },
  ]
}

function RowDrawer({ row, onClose }: { row: BatchRow; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  return (
    <Drawer open size={560} onClose={onClose} title={`${row.room ?? ''} ${row.meter_code ?? ''}`} styles={{ wrapper: { maxWidth: '100vw' } }}>
      {row.command_id !== null ? (
        <CommandBody id={row.command_id} />
      ) : (
        <div className="stack">
          <OutcomeTag outcome={row.outcome} />
          <p>{reasonText(row.reason, i18n.language) || t('batch.notSent')}</p>
          <DifferenceTable text={row.differences} />
          <Link to={`/meters/${row.meter_id}`}>{t('batch.toMeter')}</Link>
        </div>
      )}
    </Drawer>
  )
}

function Rows({ batch }: { batch: Batch }) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<BatchOutcome | 'all'>('all')
  const [open, setOpen] = useState<BatchRow | null>(null)
  const { limit, offset, paging } = usePaging(outcome)
  const rows = useBatchRows(batch.id, { limit, offset, ...(outcome === 'all' ? {} : { outcome }) })
  const columns = useColumns()
  const countOf = (value: BatchOutcome | 'all'): number =>
    value === 'all' ? toSend(batch.counts) + batch.counts.left_out : batch.counts[value]
  return (
    <section className="panel" data-testid="batch-rows">
      <Loaded query={rows}>
        {(list) => (
          <ListTable
            name="batch-rows"
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.meter_id}
            loading={rows.isPlaceholderData}
            paging={paging(list.total)}
            onOpen={setOpen}
            minWidth={860}
            rowTestId="batch-meter"
            empty={<NoRows filtered={outcome !== 'all'} title={t('batch.noRows')} />}
            toolbar={
              <Select<BatchOutcome | 'all'>
                value={outcome}
                onChange={setOutcome}
                aria-label={t('batch.outcome')}
                style={{ width: 170 }}
                options={(['all', ...batchOutcomes] as const).map((value) => ({
                  value,
                  label: `${value === 'all' ? t('common.all') : t(`state.outcome.${value}`)} ${countOf(value)}`,
                }))}
              />
            }
          />
        )}
      </Loaded>
      {open && <RowDrawer row={open} onClose={() => setOpen(null)} />}
    </section>
  )
}

function Body({ batch }: { batch: Batch }) {
  const { t } = useTranslation()
  const selectionText = useSelectionText()
  const settingsText = useSettingsText()
  const settings = settingsText(batch.settings)
  return (
    <>
      <PageHead
        title={`${t(`state.commandKind.${batch.kind}`)} #${batch.id}`}
        sub={<BatchTag batch={batch} />}
        extra={
          <>
            <Acts batch={batch} />
            <ExportRows batch={batch} />
          </>
        }
      />
      <div className="stack">
        {batch.state === 'paused' && <Alert type="warning" showIcon title={t('batch.pausedHint')} />}
        <Panel>
          <div className="stack" aria-live="polite" data-testid="batch" data-state={batch.state}>
            <BatchBar batch={batch} big />
            <Facts
              items={[
                ...batchOutcomes.map((outcome) => ({
                  label: t(`state.outcome.${outcome}`),
                  value: <b className="num">{batch.counts[outcome]}</b>,
                  testId: `count-${outcome}`,
                })),
                { label: t('batch.selected'), value: selectionText(batch.selection) },
                ...(settings ? [{ label: t('batch.content'), value: settings }] : []),
                { label: t('common.reason'), value: batch.reason || '—' },
                { label: t('command.origin'), value: t(`state.origin.${batch.origin}`) },
                { label: t('common.operator'), value: batch.operator_name ?? '—' },
                { label: t('batch.started'), value: formatTime(batch.created_at) },
                { label: t('batch.ended'), value: formatTime(batch.finished_at) },
                {
                  label: t('batch.pace'),
                  value: t('batch.paceText', { all: batch.rate_per_minute, bus: batch.bus_rate_per_minute }),
                },
              ]}
            />
          </div>
        </Panel>
        <Rows batch={batch} />
      </div>
    </>
  )
}

export function BatchPage() {
  const id = Number(useParams().id)
  const batch = useBatch(id)
  return <Loaded query={batch}>{(found) => <Body key={id} batch={found} />}</Loaded>
}
