/** A new version, or another wording of a draft: when it begins and what it says. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import type { TariffVersionDetail } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { dayRange, inZone, timeZone } from '@/domain/time'

/** Where an editor starts: a flat price. */
const template = (name: string) => ({
  format: 1,
  name,
  utility: 'electricity',
  currency: 'CNY',
  time_zone: timeZone(),
  lines: [{ name: 'energy', price: '0.80' }],
  fees: [],
})

interface DraftDialogProps {
  tariffId: number
  name: string
  version?: TariffVersionDetail
  onClose: () => void
}
interface Values {
  from: string
  content: string
  note?: string
}

/** Midnight of the first day in the site's zone; the content goes as it was written. */
function sendDraft(
  tariffId: number,
  version: TariffVersionDetail | undefined,
  { from, content: text, note }: Values,
) {
  const query = {
    valid_from: dayRange(from, from).from,
    ...(note?.trim() ? { note: note.trim() } : {}),
  }
  const request = { header: csrf, query }
  const body = JSON.parse(text) as never
  return unwrap(
    version
      ? client.POST('/api/v1/tariffs/{id}/versions/{number}', {
          params: { ...request, path: { id: tariffId, number: version.number } },
          body,
        })
      : client.POST('/api/v1/tariffs/{id}/versions', {
          params: { ...request, path: { id: tariffId } },
          body,
        }),
  )
}

export function DraftDialog({ tariffId, name, version, onClose }: DraftDialogProps) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const content = JSON.stringify(version?.content ?? template(name), null, 2)
  return (
    <ActDialog<Values, Awaited<ReturnType<typeof sendDraft>>>
      title={version ? t('tariff.do.edit') : t('tariff.newVersion')}
      text={t('tariff.draftText')}
      okText={t('tariff.save')}
      initial={{
        from: (version
          ? inZone(version.valid_from)
          : inZone(Date.now()).add(1, 'month').startOf('month')
        ).format('YYYY-MM-DD'),
        content,
        note: version?.note,
      }}
      onClose={onClose}
      onDone={(written) => {
        void cache.invalidateQueries({ queryKey: moneyKeys.tariffs })
        for (const warning of written.warnings)
          void message.warning(i18n.language === 'en' ? warning.message_en : warning.message_zh, 8)
        onClose()
      }}
      send={(values) => sendDraft(tariffId, version, values)}
    >
      <Form.Item name="from" label={t('tariff.validFrom')} rules={[{ required: true }]}>
        <Input type="date" />
      </Form.Item>
      <Form.Item
        name="content"
        label={t('tariff.content')}
        rules={[
          {
            validator: (_, text: string) => {
              try {
                JSON.parse(text)
                return Promise.resolve()
              } catch (cause) {
                return Promise.reject(new Error(`${t('tariff.notJson')}: ${String(cause)}`))
              }
            },
          },
        ]}
      >
        <Input.TextArea
          className="code-view"
          autoSize={{ minRows: 12, maxRows: 24 }}
          spellCheck={false}
          data-testid="act-content"
        />
      </Form.Item>
      <Form.Item name="note" label={t('common.note')}>
        <Input maxLength={500} />
      </Form.Item>
    </ActDialog>
  )
}
