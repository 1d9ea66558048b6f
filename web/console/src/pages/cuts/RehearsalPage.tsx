/** 断电预演: who would be cut on a coming day and why, and the yes or no to that list. */
import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { cutKeys, useRehearsal } from '@/api/cuts'
import type { Rehearsal, RehearsalMeter, RehearsalSheet } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { EmptyView, Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { GuardWords, RehearsalTag } from './CutTags'

function DecideDialog({ sheet, verdict, onClose }: { sheet: RehearsalSheet; verdict: 'approve' | 'reject'; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const { rehearsal, meters } = sheet
  const count = meters.filter((m) => m.would_be_cut).length
  const request = (note: string) => ({
    params: { path: { id: rehearsal.id }, header: csrf },
    body: { revision: rehearsal.revision, note },
  })
  const check = (_: unknown, typed: string | undefined) =>
    Number((typed ?? '').trim()) === count
      ? Promise.resolve()
      : Promise.reject(new Error(t('batch.countWrong', { count })))
  return (
    <ActDialog<{ note?: string; count?: string }, Rehearsal>
      title={t(`cut.${verdict}Title`, { date: rehearsal.date })}
      text={t(`cut.${verdict}Text`, { count })}
      okText={t(`cut.${verdict}`)}
      danger={verdict === 'approve'}
      onClose={onClose}
      send={({ note }) =>
        unwrap(
          verdict === 'approve'
            ? client.POST('/api/v1/rehearsals/{id}/approve', request((note ?? '').trim()))
            : client.POST('/api/v1/rehearsals/{id}/reject', request((note ?? '').trim())),
        )
      }
      onDone={() => {
        message.success(t(`cut.${verdict}Done`))
        void cache.invalidateQueries({ queryKey: cutKeys.all })
        onClose()
      }}
    >
      {verdict === 'approve' && (
        <Form.Item name="count" label={t('batch.countLabel')} rules={[{ validator: check }]} validateTrigger="onSubmit">
          <Input inputMode="numeric" autoComplete="off" autoFocus data-testid="rehearsal-count" />
        </Form.Item>
      )}
      <Form.Item name="note" label={t('common.note')}>
        <Input maxLength={300} />
      </Form.Item>
    </ActDialog>
  )
}

function useColumns(): ListColumn<RehearsalMeter>[] {
  const { t } = useTranslation()
  const money = (fen: number) => <span className="num">{formatYuan(fen)}</span>
  return [
    {
      key: 'meter',
      title: t('common.meter'),
      width: 220,
      card: 'title',
      render: (m) =>
        m.meter_id === null ? (
          '—'
        ) : (
          <Link to={`/meters/${m.meter_id}`}>
            {m.room ?? ''} <span className="num">{m.meter_code}</span>
          </Link>
        ),
    },
    {
      key: 'cut',
      title: t('cut.verdict'),
      width: 110,
      card: 'tag',
      render: (m) =>
        m.would_be_cut ? (
          <ToneTag tone="danger">{t('cut.wouldCut')}</ToneTag>
        ) : (
          <ToneTag tone="success">{t('cut.wouldStay')}</ToneTag>
        ),
    },
    { key: 'balance', title: t('matrix.balance'), width: 110, align: 'right', sort: (a, b) => a.balance_fen - b.balance_fen, render: (m) => money(m.balance_fen) },
    { key: 'threshold', title: t('cut.threshold'), width: 110, align: 'right', render: (m) => money(m.threshold_fen) },
    { key: 'pay', title: t('cut.toPay'), width: 110, align: 'right', sort: (a, b) => a.to_pay_fen - b.to_pay_fen, render: (m) => money(m.to_pay_fen) },
    { key: 'why', title: t('cut.why'), width: 320, render: (m) => <GuardWords guards={m.guards} /> },
  ]
}

function Acts({ sheet }: { sheet: RehearsalSheet }) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState<'approve' | 'reject' | null>(null)
  const { state, cuts } = sheet.rehearsal
  const blocked = state !== 'draft' ? t('cut.alreadyDecided') : cuts === 0 ? t('cut.nobodyToCut') : ''
  return (
    <>
      <RightButton right="decide" blocked={blocked} icon={<CloseOutlined />} onClick={() => setVerdict('reject')} data-testid="rehearsal-reject">
        {t('cut.reject')}
      </RightButton>
      <RightButton right="decide" blocked={blocked} type="primary" danger icon={<CheckOutlined />} onClick={() => setVerdict('approve')} data-testid="rehearsal-approve">
        {t('cut.approve')}
      </RightButton>
      {verdict && <DecideDialog sheet={sheet} verdict={verdict} onClose={() => setVerdict(null)} />}
    </>
  )
}

function Body({ sheet }: { sheet: RehearsalSheet }) {
  const { t } = useTranslation()
  const [side, setSide] = useState<'cut' | 'all'>('cut')
  const columns = useColumns()
  const { rehearsal, meters } = sheet
  const cuts = meters.filter((m) => m.would_be_cut)
  return (
    <>
      <PageHead
        title={t('cut.rehearsalOf', { date: rehearsal.date })}
        sub={<RehearsalTag state={rehearsal.state} />}
        extra={<Acts sheet={sheet} />}
      />
      <div className="stack">
        {rehearsal.needs_approval && <Alert type="info" showIcon title={t('cut.draftHint')} />}
        <Panel>
          <Facts
            items={[
              { label: t('cut.wouldCut'), value: <b className="num">{cuts.length}</b>, testId: 'rehearsal-cuts' },
              { label: t('cut.looked'), value: <span className="num">{meters.length}</span> },
              { label: t('cut.madeAt'), value: formatTime(rehearsal.made_at) },
              { label: t('cut.revision'), value: rehearsal.revision },
              { label: t('cut.decidedBy'), value: rehearsal.decided_by ?? '—' },
              { label: t('cut.decidedAt'), value: formatTime(rehearsal.decided_at) },
              { label: t('common.note'), value: rehearsal.note || '—' },
            ]}
          />
        </Panel>
        <section className="panel">
          <ListTable
            name="rehearsal"
            columns={columns}
            rows={side === 'cut' ? cuts : meters}
            rowKey={(m) => m.meter_id ?? 0}
            minWidth={980}
            rowTestId="rehearsal-meter"
            {...(meters.length > 60 ? { virtualHeight: 560 } : {})}
            empty={<EmptyView title={t('cut.nobodyCut')} />}
            toolbar={
              <Segmented<'cut' | 'all'>
                value={side}
                onChange={setSide}
                aria-label={t('cut.verdict')}
                options={[
                  { value: 'cut', label: `${t('cut.wouldCut')} ${cuts.length}` },
                  { value: 'all', label: `${t('common.all')} ${meters.length}` },
                ]}
              />
            }
          />
        </section>
      </div>
    </>
  )
}

export function RehearsalPage() {
  const id = Number(useParams().id)
  const sheet = useRehearsal(id)
  return <Loaded query={sheet}>{(found) => <Body key={id} sheet={found} />}</Loaded>
}
