/** 操作日志: who did what, to what, from where. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAudit } from '@/api/queries'
import type { AuditLine } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { useDebounced } from '@/common/useDebounced'
import { useStationWords } from '@/common/useStationWords'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { formatTime } from '@/domain/time'

function useAuditColumns(): ListColumn<AuditLine>[] {
  const { t, i18n } = useTranslation()
  const words = useStationWords()
  const action = (line: AuditLine): string =>
    i18n.exists(`action.${line.action}`) ? t(`action.${line.action}`) : line.action
  return [
    {
      key: 'at',
      title: t('common.time'),
      width: 175,
      render: (line) => <span className="num">{formatTime(line.at)}</span>,
    },
    {
      key: 'user',
      title: t('common.operator'),
      width: 120,
      card: 'tag',
      render: (line) => line.user_name || '—',
    },
    {
      key: 'action',
      title: t('audit.action'),
      width: 150,
      card: 'title',
      render: (line) => <b>{action(line)}</b>,
    },
    {
      key: 'subject',
      title: t('audit.subject'),
      width: 170,
      render: (line) => line.subject || '—',
    },
    {
      key: 'detail',
      title: t('audit.detail'),
      width: 260,
      render: (line) => <span className="break">{words(line.detail) || '—'}</span>,
    },
    {
      key: 'address',
      title: t('audit.address'),
      width: 130,
      render: (line) => <span className="num">{line.address || '—'}</span>,
    },
  ]
}

export function AuditPage() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const text = useDebounced(typed.trim())
  const { limit, offset, paging } = usePaging(text, 50)
  const audit = useAudit({ limit, offset, ...(text ? { text } : {}) })
  const columns = useAuditColumns()
  const toolbar = (
    <SearchBox label={t('audit.search')} value={typed} onChange={setTyped} width={320} />
  )
  const empty = <NoRows filtered={text !== ''} title={t('audit.none')} />
  return (
    <>
      <PageHead
        title={t('audit.heading')}
        sub={audit.data && t('common.total', { count: audit.data.total })}
      />
      <div className="panel">
        <Loaded query={audit}>
          {(list) => (
            <ListTable
              name="audit"
              columns={columns}
              rows={list.rows}
              rowKey={(line) => line.id}
              loading={audit.isPlaceholderData}
              paging={paging(list.total)}
              toolbar={toolbar}
              empty={empty}
              minWidth={1000}
            />
          )}
        </Loaded>
      </div>
    </>
  )
}
