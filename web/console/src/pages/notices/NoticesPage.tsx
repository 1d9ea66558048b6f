/** 通知: what tenants were told, how and when, and whether it reached them. */
import { PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNotices } from '@/api/bills'
import type { NoticeLevel, NoticeState } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { SearchBox } from '@/common/SearchBox'
import { useDebounced } from '@/common/useDebounced'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { noticeLevels, noticeStates } from '@/domain/states'
import { useNoticeColumns } from './noticeColumns'
import { RecordDialog } from './RecordDialog'

interface Choice {
  level: NoticeLevel | 'all'
  state: NoticeState | 'all'
}

function Choices({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <Select
        style={{ width: 150 }}
        aria-label={t('notice.level')}
        value={choice.level}
        onChange={(level) => onChange({ ...choice, level })}
        options={[
          { value: 'all' as const, label: t('notice.allLevels') },
          ...noticeLevels.map((value) => ({ value, label: t(`state.noticeLevel.${value}`) })),
        ]}
      />
      <Select
        style={{ width: 150 }}
        aria-label={t('notice.state')}
        value={choice.state}
        onChange={(state) => onChange({ ...choice, state })}
        options={[
          { value: 'all' as const, label: t('notice.allStates') },
          ...noticeStates.map((value) => ({ value, label: t(`state.notice.${value}`) })),
        ]}
      />
    </>
  )
}

export function NoticesPage() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [choice, setChoice] = useState<Choice>({ level: 'all', state: 'all' })
  const [recording, setRecording] = useState(false)
  const q = useDebounced(typed.trim())
  const { limit, offset, paging } = usePaging(`${q}${choice.level}${choice.state}`)
  const filter = {
    ...(q ? { q } : {}),
    ...(choice.level === 'all' ? {} : { level: choice.level }),
    ...(choice.state === 'all' ? {} : { state: choice.state }),
  }
  const notices = useNotices({ limit, offset, ...filter })
  const columns = useNoticeColumns()
  return (
    <>
      <PageHead
        title={t('notice.heading')}
        sub={t('notice.intro')}
        extra={
          <RightButton
            right="switch_supply"
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setRecording(true)}
            data-testid="notice-record"
          >
            {t('notice.record')}
          </RightButton>
        }
      />
      <div className="stack">
        {notices.data?.has_sender === false && (
          <Alert type="info" showIcon title={t('notice.noSender')} />
        )}
        <div className="panel">
          <Loaded query={notices}>
            {(list) => (
              <ListTable
                name="notices"
                columns={columns}
                rows={list.rows}
                rowKey={(n) => n.id}
                loading={notices.isPlaceholderData}
                paging={paging(list.total)}
                minWidth={1300}
                rowTestId="notice-row"
                empty={
                  <NoRows
                    filtered={Object.keys(filter).length > 0}
                    title={t('notice.none')}
                    hint={t('notice.noneHint')}
                  />
                }
                toolbar={
                  <>
                    <SearchBox label={t('notice.search')} value={typed} onChange={setTyped} />
                    <Choices choice={choice} onChange={setChoice} />
                  </>
                }
              />
            )}
          </Loaded>
        </div>
      </div>
      {recording && <RecordDialog onClose={() => setRecording(false)} />}
    </>
  )
}

const shownAtMost = 10

/** The notices of one meter, as a part of its page. */
export function MeterNotices({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const [recording, setRecording] = useState(false)
  const notices = useNotices({ meter_id: meterId, limit: shownAtMost })
  const columns = useNoticeColumns().filter((column) => column.key !== 'object')
  return (
    <Loaded query={notices} rows={3}>
      {(list) => (
        <>
          <ListTable
            name="meter-notices"
            columns={columns.map((c) => (c.key === 'level' ? { ...c, card: 'title' as const } : c))}
            rows={list.rows}
            rowKey={(n) => n.id}
            minWidth={1080}
            empty={<NoRows filtered={false} title={t('notice.none')} />}
            toolbar={
              <Button size="small" onClick={() => setRecording(true)}>
                {t('notice.record')}
              </Button>
            }
          />
          {recording && <RecordDialog meterId={meterId} onClose={() => setRecording(false)} />}
        </>
      )}
    </Loaded>
  )
}
