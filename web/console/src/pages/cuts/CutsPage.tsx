/** 欠费断电: enforcement, tomorrow's rehearsal, every decision with its reasons, and the own cuts. */
import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import {
  cutKeys,
  useCutDecisions,
  useEnforcement,
  useEnforcementHistory,
  useOwnCuts,
  useRehearsals,
} from '@/api/cuts'
import { reasonText } from '@/api/errors'
import type { CutDecision, CutVerdict, OwnCut, Rehearsal } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { Sections } from '@/common/Sections'
import { Updated } from '@/common/Updated'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded, NoRows, useErrorText } from '@/common/views'
import { cutVerdicts } from '@/domain/cut'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { CutVerdictTag, GuardWords, OwnCutTag, RehearsalTag } from './CutTags'
import { DecisionDrawer } from './DecisionDrawer'
import { Breaker, Settings, useSettingColumns } from './EnforcementPanel'

const time = (at: string | null) => <span className="num">{formatTime(at)}</span>

function MeterCell({ row }: { row: { meter_id: number | null; meter_code: string | null; room: string | null } }) {
  if (row.meter_id === null) return <>—</>
  return (
    <Link to={`/meters/${row.meter_id}`} onClick={(event) => event.stopPropagation()}>
      {row.room ?? ''} <span className="num">{row.meter_code}</span>
    </Link>
  )
}

function Rehearse() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/rehearsals', { params: { header: csrf } })),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: cutKeys.all })
      void navigate(`/cuts/rehearsals/${made.id}`)
    },
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <RightButton right="switch_supply" icon={<PlusOutlined />} loading={make.isPending} onClick={() => make.mutate()} data-testid="rehearse">
      {t('cut.rehearse')}
    </RightButton>
  )
}

function Rehearsals() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { limit, offset, paging } = usePaging('rehearsals')
  const rehearsals = useRehearsals({ limit, offset })
  const columns: ListColumn<Rehearsal>[] = [
    { key: 'date', title: t('cut.day'), width: 120, card: 'title', render: (r) => <b className="num">{r.date}</b> },
    { key: 'state', title: t('common.state'), width: 110, card: 'tag', render: (r) => <RehearsalTag state={r.state} /> },
    { key: 'lines', title: t('cut.lines'), width: 90, align: 'right', render: (r) => <span className="num">{r.lines}</span> },
    { key: 'made', title: t('cut.madeAt'), width: 170, render: (r) => time(r.made_at) },
    { key: 'by', title: t('cut.decidedBy'), width: 120, render: (r) => r.decided_by ?? '—' },
    { key: 'at', title: t('cut.decidedAt'), width: 170, render: (r) => time(r.decided_at) },
    { key: 'note', title: t('common.note'), width: 200, render: (r) => r.note || '—' },
  ]
  return (
    <Loaded query={rehearsals}>
      {(list) => (
        <ListTable
          name="rehearsals"
          columns={columns}
          rows={list.rows}
          rowKey={(r) => r.id}
          paging={paging(list.total)}
          onOpen={(r) => void navigate(`/cuts/rehearsals/${r.id}`)}
          minWidth={980}
          rowTestId="rehearsal-row"
          toolbar={<Rehearse />}
          empty={<EmptyView title={t('cut.noRehearsals')} hint={t('cut.noRehearsalsHint')} />}
        />
      )}
    </Loaded>
  )
}

function Decisions() {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState<CutVerdict | 'all'>('all')
  const [open, setOpen] = useState<CutDecision | null>(null)
  const { limit, offset, paging } = usePaging(verdict)
  const decisions = useCutDecisions({ limit, offset, ...(verdict === 'all' ? {} : { verdict }) })
  const columns: ListColumn<CutDecision>[] = [
    { key: 'meter', title: t('common.meter'), width: 210, card: 'title', render: (d) => <MeterCell row={d} /> },
    { key: 'verdict', title: t('cut.verdict'), width: 110, card: 'tag', render: (d) => <CutVerdictTag verdict={d.verdict} /> },
    { key: 'why', title: t('cut.why'), width: 380, render: (d) => <GuardWords guards={d.guards} /> },
    { key: 'balance', title: t('matrix.balance'), width: 105, align: 'right', render: (d) => <span className="num">{formatYuan(d.balance_fen)}</span> },
    { key: 'at', title: t('common.time'), width: 170, render: (d) => time(d.at) },
  ]
  return (
    <>
      <Loaded query={decisions}>
        {(list) => (
          <ListTable
            name="cut-decisions"
            columns={columns}
            rows={list.rows}
            rowKey={(d) => d.id}
            loading={decisions.isPlaceholderData}
            paging={paging(list.total)}
            onOpen={setOpen}
            minWidth={975}
            rowTestId="decision-row"
            empty={<NoRows filtered={verdict !== 'all'} title={t('cut.noDecisions')} hint={t('cut.noDecisionsHint')} />}
            toolbar={
              <Select<CutVerdict | 'all'>
                value={verdict}
                onChange={setVerdict}
                aria-label={t('cut.verdict')}
                style={{ width: 150 }}
                options={(['all', ...cutVerdicts] as const).map((value) => ({
                  value,
                  label: value === 'all' ? t('common.all') : t(`state.cutVerdict.${value}`),
                }))}
              />
            }
          />
        )}
      </Loaded>
      {open && <DecisionDrawer decision={open} onClose={() => setOpen(null)} />}
    </>
  )
}

function useCutColumns(): ListColumn<OwnCut>[] {
  const { t, i18n } = useTranslation()
  return [
    { key: 'meter', title: t('common.meter'), width: 200, card: 'title', render: (c) => <MeterCell row={c} /> },
    { key: 'state', title: t('common.state'), width: 130, card: 'tag', render: (c) => <OwnCutTag cut={c} /> },
    { key: 'decided', title: t('cut.decided'), width: 160, render: (c) => time(c.decided_at) },
    { key: 'shown', title: t('cut.shownAt'), width: 160, render: (c) => time(c.shown_at) },
    { key: 'ended', title: t('cut.endedAt'), width: 160, render: (c) => time(c.ended_at) },
    {
      key: 'why',
      title: t('batch.why'),
      width: 190,
      render: (c) =>
        [c.is_rehearsed ? t('cut.wasRehearsed') : '', c.end_reason, reasonText(c.trouble, i18n.language)]
          .filter(Boolean)
          .join(' · ') || '—',
    },
  ]
}

function OwnCuts({ lasting }: { lasting: boolean }) {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging(String(lasting))
  const cuts = useOwnCuts({ limit, offset, ...(lasting ? { lasting: 1 as const } : {}) })
  const columns = useCutColumns()
  return (
    <Loaded query={cuts}>
      {(list) => (
        <ListTable
          name="own-cuts"
          columns={columns}
          rows={list.rows}
          rowKey={(c) => c.id}
          paging={paging(list.total)}
          minWidth={1000}
          rowTestId="own-cut-row"
          empty={<EmptyView title={t(lasting ? 'cut.noneLasting' : 'cut.noCuts')} />}
        />
      )}
    </Loaded>
  )
}

function History() {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging('history')
  const history = useEnforcementHistory({ limit, offset })
  const columns = useSettingColumns()
  return (
    <Loaded query={history}>
      {(list) => (
        <ListTable
          name="enforcement-history"
          columns={columns}
          rows={list.rows}
          rowKey={(s) => s.id}
          paging={paging(list.total)}
          minWidth={880}
          empty={<EmptyView title={t('cut.noSettings')} />}
        />
      )}
    </Loaded>
  )
}

export function CutsPage() {
  const { t } = useTranslation()
  const state = useEnforcement()
  return (
    <>
      <PageHead
        title={t('cut.heading')}
        sub={t('cut.intro')}
        extra={<Updated atMs={state.dataUpdatedAt} />}
      />
      <div className="stack">
        <Loaded query={state}>
          {(found) => (
            <>
              <Breaker breaker={found.breaker} />
              <Settings state={found} />
            </>
          )}
        </Loaded>
        <Sections
          label={t('cut.heading')}
          testId="cut-sections"
          items={[
            { key: 'rehearsals', label: t('cut.rehearsals'), children: <Rehearsals /> },
            { key: 'lasting', label: t('cut.lasting'), children: <OwnCuts lasting /> },
            { key: 'decisions', label: t('cut.decisions'), children: <Decisions /> },
            { key: 'cuts', label: t('cut.allCuts'), children: <OwnCuts lasting={false} /> },
            { key: 'history', label: t('cut.history'), children: <History /> },
          ]}
        />
      </div>
    </>
  )
}
