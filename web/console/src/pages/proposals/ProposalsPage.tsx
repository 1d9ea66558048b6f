/** 双人审批: what one person proposed and another decides. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { proposalsEveryMs, useProposals } from '@/api/money'
import type { Proposal, ProposalState } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { Updated } from '@/common/Updated'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import type { Tone } from '@/domain/states'
import { formatKwh } from '@/domain/quantity'
import { formatMinute, formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'

const tone: Record<ProposalState, Tone> = {
  open: 'warning',
  approved: 'success',
  rejected: 'neutral',
}

/** What will happen, in one line. */
function useEffectText(): (proposal: Proposal) => string {
  const { t } = useTranslation()
  return (p) => {
    const parts = [t(`proposal.kind.${p.kind}`)]
    if (p.slip_number) parts.push(p.slip_number)
    if (p.resolution) parts.push(t(`proposal.outcome.${p.resolution}`))
    if (p.target_meter_code) parts.push(`→ ${p.target_meter_code}`)
    if (p.amount_fen !== null) parts.push(formatYuan(p.amount_fen))
    if (p.paid_out_by) parts.push(t(`state.method.${p.paid_out_by}`), p.reference)
    if (p.final_wh !== null) parts.push(formatKwh(p.final_wh), formatMinute(p.final_at))
    if (p.serial !== null)
      parts.push(
        t('proposal.epoch', { serial: p.serial, clear: p.clear_count, count: p.purchase_count }),
      )
    return parts.join(' · ')
  }
}

function Decide({ proposal, verdict, onClose }: { proposal: Proposal; verdict: 'approve' | 'reject'; onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const text = useEffectText()
  const request = (note: string) => ({
    params: { path: { id: proposal.id }, header: csrf },
    body: { note },
  })
  return (
    <ActDialog<{ note?: string }, unknown>
      title={t(`proposal.${verdict}Title`)}
      text={
        <>
          <b>{text(proposal)}</b>
          <br />
          {proposal.evidence}
        </>
      }
      okText={t(`proposal.${verdict}`)}
      danger={verdict === 'reject'}
      onClose={onClose}
      onDone={() => {
        void cache.invalidateQueries()
        onClose()
      }}
      send={({ note }) =>
        unwrap(
          verdict === 'approve'
            ? client.POST('/api/v1/proposals/{id}/approve', request(note ?? ''))
            : client.POST('/api/v1/proposals/{id}/reject', request(note ?? '')),
        )
      }
    >
      <Form.Item name="note" label={t('common.note')}>
        <Input maxLength={500} />
      </Form.Item>
    </ActDialog>
  )
}

function Actions({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation()
  const { session, can } = useSession()
  const [verdict, setVerdict] = useState<'approve' | 'reject' | null>(null)
  if (proposal.state !== 'open') return <>{proposal.decision_note || '—'}</>
  const isOwn = proposal.proposed_by === session.user.name
  const blocked = isOwn || !can('decide')
  const title = isOwn ? t('proposal.own') : blocked ? t('proposal.noRight') : undefined
  return (
    <span className="row tight">
      <Button size="small" type="primary" disabled={blocked} title={title} onClick={() => setVerdict('approve')} data-testid="proposal-approve">
        {t('proposal.approve')}
      </Button>
      <Button size="small" danger disabled={blocked} title={title} onClick={() => setVerdict('reject')}>
        {t('proposal.reject')}
      </Button>
      {blocked && <span className="small muted">{title}</span>}
      {verdict && <Decide proposal={proposal} verdict={verdict} onClose={() => setVerdict(null)} />}
    </span>
  )
}

function useColumns(): ListColumn<Proposal>[] {
  const { t } = useTranslation()
  const text = useEffectText()
  return [
    {
      key: 'what',
      title: t('proposal.what'),
      width: 300,
      card: 'title',
      render: (p) => <b className="break">{text(p)}</b>,
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 110,
      card: 'tag',
      render: (p) => <ToneTag tone={tone[p.state]}>{t(`proposal.state.${p.state}`)}</ToneTag>,
    },
    {
      key: 'meter',
      title: t('common.meter'),
      width: 120,
      render: (p) => <Link to={`/meters/${p.meter_id}`}>{p.meter_code ?? p.meter_id}</Link>,
    },
    {
      key: 'evidence',
      title: t('proposal.evidence'),
      width: 260,
      render: (p) => <span className="break">{p.evidence}</span>,
    },
    {
      key: 'by',
      title: t('proposal.by'),
      width: 170,
      render: (p) => (
        <>
          {p.proposed_by ?? '—'} <span className="small muted num">{formatTime(p.proposed_at)}</span>
        </>
      ),
    },
    {
      key: 'decided',
      title: t('proposal.decidedBy'),
      width: 170,
      render: (p) =>
        p.decided_by ? (
          <>
            {p.decided_by} <span className="small muted num">{formatTime(p.decided_at)}</span>
          </>
        ) : (
          '—'
        ),
    },
    {
      key: 'actions',
      title: t('proposal.decision'),
      width: 220,
      card: 'foot',
      render: (p) => <Actions proposal={p} />,
    },
  ]
}

export function ProposalsPage() {
  const { t } = useTranslation()
  const [state, setState] = useState<ProposalState | 'all'>('open')
  const { limit, offset, paging } = usePaging(state)
  const proposals = useProposals({ limit, offset, ...(state === 'all' ? {} : { state }) })
  const columns = useColumns()
  return (
    <>
      <PageHead
        title={t('proposal.heading')}
        sub={t('proposal.intro')}
        extra={<Updated atMs={proposals.dataUpdatedAt} everySeconds={proposalsEveryMs / 1000} />}
      />
      <div className="panel">
        <Loaded query={proposals}>
          {(list) => (
            <ListTable
              name="proposals"
              columns={columns}
              rows={list.rows}
              rowKey={(p) => p.id}
              loading={proposals.isPlaceholderData}
              paging={paging(list.total)}
              minWidth={1250}
              empty={<EmptyView title={t('proposal.none')} hint={t('proposal.noneHint')} />}
              toolbar={
                <Segmented
                  value={state}
                  onChange={setState}
                  options={(['open', 'approved', 'rejected', 'all'] as const).map((value) => ({
                    value,
                    label: t(`proposal.state.${value}`),
                  }))}
                />
              }
            />
          )}
        </Loaded>
      </div>
    </>
  )
}
