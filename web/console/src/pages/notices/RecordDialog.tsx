/** 登记通知: a paper notice or a call that somebody made; the cutting rules count it. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import { useMeters } from '@/api/queries'
import type { NewNotice, Notice, Tile } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { MeterPicker } from '@/common/MeterPicker'
import { noticeLevels } from '@/domain/states'
import { instantOf, localMinute } from '@/domain/time'

const opened = (tile: Tile): boolean => tile.account_id !== null

interface Values {
  meter: number
  level: NewNotice['level']
  channel: NewNotice['channel']
  recipient: string
  at: string
  evidence: string
  text?: string
}

function MeterField({ onChange }: { value?: number; onChange?: (id: number) => void }) {
  const { t } = useTranslation()
  const [picked, setPicked] = useState<Tile | null>(null)
  return (
    <>
      <MeterPicker
        placeholder={t('sale.search')}
        accept={opened}
        searchAccounts
        noHit={t('sale.noHit')}
        testId="notice-meter"
        onPick={(tile) => {
          setPicked(tile)
          onChange?.(tile.id)
        }}
      />
      {picked && (
        <div className="small" style={{ marginTop: 4 }} data-testid="notice-picked">
          <b>{[picked.room_number, picked.code, picked.customer_name].filter(Boolean).join(' · ')}</b>
        </div>
      )}
    </>
  )
}

function NoticeItems() {
  const { t } = useTranslation()
  const required = (text: string) => [{ required: true, whitespace: true, message: text }]
  return (
    <>
      <Form.Item name="level" label={t('notice.level')} rules={[{ required: true }]}>
        <Select
          options={noticeLevels.map((value) => ({ value, label: t(`state.noticeLevel.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="channel" label={t('notice.channel')}>
        <Radio.Group
          options={(['paper', 'call'] as const).map((value) => ({
            value,
            label: t(`state.noticeChannel.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="recipient"
        label={t('notice.recipient')}
        extra={t('notice.recipientHint')}
        rules={required(t('notice.recipientNeeded'))}
      >
        <Input maxLength={100} data-testid="act-recipient" />
      </Form.Item>
      <Form.Item name="at" label={t('notice.deliveredAt')} rules={required(t('notice.atNeeded'))}>
        <Input type="datetime-local" max={localMinute()} />
      </Form.Item>
      <Form.Item
        name="evidence"
        label={t('notice.evidence')}
        extra={t('notice.evidenceHint')}
        rules={required(t('notice.evidenceNeeded'))}
      >
        <Input.TextArea
          maxLength={300}
          autoSize={{ minRows: 2, maxRows: 4 }}
          data-testid="act-evidence"
        />
      </Form.Item>
      <Form.Item name="text" label={t('notice.textLabel')}>
        <Input.TextArea maxLength={300} autoSize={{ minRows: 1, maxRows: 4 }} />
      </Form.Item>
    </>
  )
}

interface RecordDialogProps {
  /** Given at a meter's page; else it is chosen. */
  meterId?: number
  onClose: () => void
}
export function RecordDialog({ meterId, onClose }: RecordDialogProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const meters = useMeters()
  const tile = meters.data?.rows.find((each) => each.id === meterId)
  return (
    <ActDialog<Values, Notice>
      title={tile ? t('notice.recordFor', { meter: tile.room_number ?? tile.code }) : t('notice.record')}
      text={t('notice.recordText')}
      okText={t('notice.recordDo')}
      initial={{
        meter: meterId,
        level: 'arrears',
        channel: 'paper',
        recipient: tile?.customer_name ?? undefined,
        at: localMinute(),
      }}
      onClose={onClose}
      onDone={() => {
        message.success(t('notice.recorded'))
        void cache.invalidateQueries({ queryKey: moneyKeys.notices })
        onClose()
      }}
      send={({ meter, level, channel, recipient, at, evidence, text }, key) =>
        unwrap(
          client.POST('/api/v1/notices', {
            params: { header: keyed(key) },
            body: {
              meter_id: meter,
              level,
              channel,
              recipient: recipient.trim(),
              evidence: evidence.trim(),
              ...(text?.trim() ? { text: text.trim() } : {}),
              delivered_at: instantOf(at),
            },
          }),
        )
      }
    >
      {meterId === undefined && (
        <Form.Item
          name="meter"
          label={t('common.meter')}
          rules={[{ required: true, message: t('notice.meterNeeded') }]}
        >
          <MeterField />
        </Form.Item>
      )}
      <NoticeItems />
    </ActDialog>
  )
}
