/** Submit, approve, reject, withdraw, edit, export: each by who may, when it may. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, csrf, download, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import type { Right, TariffVersion, TariffVersionDetail } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { useErrorText } from '@/common/views'
import { useSession } from '@/shell/SessionContext'

type Act = 'submit' | 'approve' | 'reject' | 'withdraw'
const rights: Record<Act, Right> = {
  submit: 'manage_tariffs',
  approve: 'decide',
  reject: 'decide',
  withdraw: 'decide',
}
function actsFor(version: TariffVersion): Act[] {
  if (version.standing === 'draft' || version.standing === 'rejected') return ['submit']
  if (version.standing === 'submitted') return ['approve', 'reject']
  if (version.standing === 'approved') return ['withdraw']
  return []
}

function send(act: Act, version: TariffVersion, note: string) {
  const request = {
    params: {
      path: { id: version.tariff_id, number: version.number },
      header: csrf,
      query: note ? { note } : {},
    },
  }
  switch (act) {
    case 'submit':
      return client.POST('/api/v1/tariffs/{id}/versions/{number}/submit', request)
    case 'approve':
      return client.POST('/api/v1/tariffs/{id}/versions/{number}/approve', request)
    case 'reject':
      return client.POST('/api/v1/tariffs/{id}/versions/{number}/reject', request)
    case 'withdraw':
      return client.POST('/api/v1/tariffs/{id}/versions/{number}/withdraw', request)
  }
}

export function VersionActs({ version }: { version: TariffVersionDetail }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const errorText = useErrorText()
  const navigate = useNavigate()
  const [act, setAct] = useState<Act | null>(null)
  const isDraft = version.standing === 'draft' || version.standing === 'rejected'
  const month = version.valid_from.slice(0, 7)
  const path = `/api/v1/tariffs/${version.tariff_id}/versions/${version.number}/rate.json`
  const exportIt = () =>
    download(`${path}?month=${month}`, `tariff-${version.tariff_id}-${version.number}.json`).catch(
      (error: unknown) => void message.error(errorText(error)),
    )
  return (
    <div className="row">
      {actsFor(version)
        .filter((each) => can(rights[each]))
        .map((each) => (
          <Button
            key={each}
            type={each === 'submit' || each === 'approve' ? 'primary' : 'default'}
            danger={each === 'reject' || each === 'withdraw'}
            onClick={() => setAct(each)}
            data-testid={`tariff-${each}`}
          >
            {t(`tariff.do.${each}`)}
          </Button>
        ))}
      {isDraft && can('manage_tariffs') && (
        <Button
          onClick={() => void navigate(`/tariffs/${version.tariff_id}/edit?version=${version.number}`)}
          data-testid="tariff-edit"
        >
          {t('tariff.do.edit')}
        </Button>
      )}
      {!isDraft && can('manage_tariffs') && (
        <Button
          onClick={() => void navigate(`/tariffs/${version.tariff_id}/edit?from=${version.number}`)}
          data-testid="tariff-copy"
        >
          {t('tariff.do.copy')}
        </Button>
      )}
      <Button onClick={() => void exportIt()}>{t('tariff.do.export')}</Button>
      {act !== null && (
        <ActDialog<{ note?: string }, unknown>
          title={t(`tariff.do.${act}`)}
          text={t(`tariff.ask.${act}`)}
          okText={t(`tariff.do.${act}`)}
          danger={act === 'reject' || act === 'withdraw'}
          onClose={() => setAct(null)}
          onDone={() => {
            void cache.invalidateQueries({ queryKey: moneyKeys.tariffs })
            setAct(null)
          }}
          send={({ note }) => unwrap(send(act, version, note?.trim() ?? ''))}
        >
          <Form.Item name="note" label={t('common.note')}>
            <Input maxLength={500} />
          </Form.Item>
        </ActDialog>
      )}
    </div>
  )
}
