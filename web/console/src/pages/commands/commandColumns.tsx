/** Columns of commands, shared by the command page and the meter page. */
import { useTranslation } from 'react-i18next'
import { reasonText } from '@/api/errors'
import type { Command } from '@/api/types'
import type { ListColumn } from '@/common/ListTable'
import { CommandTag } from '@/common/StateTag'
import { formatTime } from '@/domain/time'

export function useCommandColumns(): ListColumn<Command>[] {
  const { t, i18n } = useTranslation()
  return [
    {
      key: 'kind',
      title: t('batch.what'),
      width: 120,
      card: 'title',
      render: (c) => <b>{t(`state.commandKind.${c.kind}`)}</b>,
    },
    {
      key: 'meter',
      title: t('common.meter'),
      width: 90,
      render: (c) => <span className="num">{c.meter_code}</span>,
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 130,
      card: 'tag',
      render: (c) => <CommandTag state={c.state} />,
    },
    {
      key: 'reason',
      title: t('command.why'),
      width: 230,
      render: (c) =>
        [c.reason, reasonText(c.result, i18n.language), c.differences && t('batch.differs')]
          .filter(Boolean)
          .join(' · ') || '—',
    },
    {
      key: 'origin',
      title: t('command.origin'),
      width: 110,
      render: (c) => c.operator_name ?? t(`state.origin.${c.origin}`),
    },
    {
      key: 'created',
      title: t('common.time'),
      width: 160,
      render: (c) => <span className="num">{formatTime(c.created_at)}</span>,
    },
    {
      key: 'finished',
      title: t('vend.finished'),
      width: 160,
      render: (c) => <span className="num">{formatTime(c.finished_at)}</span>,
    },
  ]
}
