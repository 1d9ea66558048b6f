/** Columns of notices, on their own page and at a meter. */
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { reasonText } from '@/api/errors'
import type { Notice } from '@/api/types'
import type { ListColumn } from '@/common/ListTable'
import { ToneTag } from '@/common/StateTag'
import { formatYuan } from '@/domain/money'
import { noticeLevelTone, noticeTone } from '@/domain/states'
import { formatMinute } from '@/domain/time'

function Delivery({ notice }: { notice: Notice }) {
  const { t, i18n } = useTranslation()
  return (
    <>
      <ToneTag tone={noticeTone[notice.state]}>{t(`state.notice.${notice.state}`)}</ToneTag>
      {notice.trouble && (
        <div className="small break">{reasonText(notice.trouble, i18n.language)}</div>
      )}
    </>
  )
}

export function useNoticeColumns(): ListColumn<Notice>[] {
  const { t } = useTranslation()
  const time = (at: string | null) => <span className="num">{formatMinute(at)}</span>
  const channel = (n: Notice) => t(`state.noticeChannel.${n.channel}`)
  const delivered = (n: Notice) => time(n.delivered_at ?? n.sent_at)
  const automatic = t('notice.automatic')
  return [
    {
      key: 'object',
      title: t('notice.object'),
      width: 220,
      card: 'title',
      render: (n) => (
        <Link to={`/meters/${n.meter_id}`}>{[n.room, n.meter_code].filter(Boolean).join(' · ')}</Link>
      ),
    },
    {
      key: 'level',
      title: t('notice.level'),
      width: 120,
      card: 'tag',
      render: (n) => (
        <ToneTag tone={noticeLevelTone[n.level]}>{t(`state.noticeLevel.${n.level}`)}</ToneTag>
      ),
    },
    {
      key: 'state',
      title: t('notice.state'),
      width: 120,
      card: 'tag',
      render: (n) => <Delivery notice={n} />,
    },
    { key: 'created', title: t('notice.created'), width: 110, render: (n) => time(n.created_at) },
    {
      key: 'text',
      title: t('notice.text'),
      width: 240,
      render: (n) => <span className="break">{n.text || n.evidence || '—'}</span>,
    },
    { key: 'channel', title: t('notice.channel'), width: 80, render: channel },
    { key: 'recipient', title: t('notice.recipient'), width: 110, render: (n) => n.recipient || '—' },
    { key: 'delivered', title: t('notice.delivered'), width: 110, render: delivered },
    {
      key: 'balance',
      title: t('notice.balance'),
      width: 100,
      align: 'right',
      render: (n) => formatYuan(n.balance_fen),
    },
    { key: 'by', title: t('notice.by'), width: 90, render: (n) => n.recorded_by ?? automatic },
    {
      key: 'evidence',
      title: t('notice.evidence'),
      width: 200,
      optional: true,
      render: (n) => <span className="break">{n.evidence || '—'}</span>,
    },
  ]
}
