/** 确认报警: who took note of what, in words; of one alarm or of all that are listed. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import type { Alarm } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'

const acknowledge = (id: number, note: string) =>
  unwrap(
    client.POST('/api/v1/alarms/{id}/acknowledge', {
      params: { path: { id }, header: csrf },
      body: { note },
    }),
  )

export function AckDialog({ alarms, onClose }: { alarms: Alarm[]; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const first = alarms[0]
  const title =
    alarms.length === 1 && first
      ? t('alarm.ackTitle', { kind: t(`state.alarm.${first.kind}`) })
      : t('alarm.ackMany', { count: alarms.length })
  return (
    <ActDialog<{ note?: string }, number>
      title={title}
      text={t('alarm.ackText')}
      okText={t('alarm.acknowledge')}
      onClose={onClose}
      onDone={(count) => {
        message.success(t('alarm.ackDone', { count }))
        onClose()
      }}
      send={async ({ note }) => {
        try {
          // One after the other: a station that says no to one is not asked for the rest.
          for (const alarm of alarms) await acknowledge(alarm.id, (note ?? '').trim())
        } finally {
          void cache.invalidateQueries({ queryKey: keys.alarms })
        }
        return alarms.length
      }}
    >
      <Form.Item name="note" label={t('alarm.note')} extra={t('alarm.noteHint')}>
        <Input.TextArea
          maxLength={300}
          autoFocus
          autoSize={{ minRows: 2, maxRows: 5 }}
          data-testid="act-note"
        />
      </Form.Item>
    </ActDialog>
  )
}
