/** Asks before switching: what happens, to whom, and why. */
import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import { newKey } from '@/api/idempotency'
import type { Command, MeterDetail, SupplyAction, Tile } from '@/api/types'
import { Facts } from '@/common/Page'
import { FormError } from '@/common/views'
import { formatYuan } from '@/domain/money'

const confirmTestId = { 'data-testid': 'supply-confirm' }

function WhoIsConcerned({ tile }: { tile: Tile }) {
  const { t } = useTranslation()
  return (
    <div className="progress-box" style={{ margin: '0 0 16px' }}>
      <Facts
        items={[
          { label: t('supply.customer'), value: tile.customer_name ?? '—' },
          {
            label: t('supply.balance'),
            value: <span className="num">{formatYuan(tile.balance_fen)}</span>,
          },
          {
            label: t('supply.now'),
            value:
              tile.relay_open === null
                ? '—'
                : tile.relay_open
                  ? t('supply.open')
                  : t('supply.closed'),
          },
        ]}
      />
    </div>
  )
}

interface ReasonFieldsProps {
  isNeeded: boolean
  onPick: (reason: string) => void
}
function ReasonFields({ isNeeded, onPick }: ReasonFieldsProps) {
  const { t } = useTranslation()
  const reasons = [t('supply.reason1'), t('supply.reason2'), t('supply.reason3')]
  return (
    <>
      <Form.Item
        name="reason"
        label={t('supply.reason')}
        extra={t('supply.reasonHint')}
        style={{ marginBottom: 8 }}
        rules={
          isNeeded ? [{ required: true, whitespace: true, message: t('supply.reasonNeeded') }] : []
        }
      >
        <Input.TextArea
          autoSize={{ minRows: 2, maxRows: 4 }}
          maxLength={200}
          autoFocus
          data-testid="supply-reason"
        />
      </Form.Item>
      <div className="row tight" aria-label={t('supply.cutReasons')}>
        {reasons.map((reason) => (
          <Button key={reason} size="small" onClick={() => onPick(reason)}>
            {reason}
          </Button>
        ))}
      </div>
    </>
  )
}

interface SupplyDialogProps {
  detail: MeterDetail
  action: SupplyAction
  onClose: () => void
  onStored: (command: Command) => void
}
export function SupplyDialog({ detail, action, onClose, onStored }: SupplyDialogProps) {
  const { t } = useTranslation()
  const [key] = useState(newKey)
  const [form] = Form.useForm<{ reason?: string }>()
  const { tile } = detail
  const send = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        client.POST('/api/v1/meters/{id}/supply', {
          params: { path: { id: tile.id }, header: keyed(key) },
          body: { action, reason },
        }),
      ),
    onSuccess: onStored,
  })
  const place = [tile.room_number, tile.code].filter(Boolean).join(' · ')
  return (
    <Modal
      open
      title={t(`supply.${action}Title`, { meter: place })}
      onCancel={onClose}
      destroyOnHidden
      mask={{ closable: !send.isPending }}
      okText={t(`supply.${action}`)}
      cancelText={t('common.cancel')}
      confirmLoading={send.isPending}
      okButtonProps={{ danger: action === 'trip', ...confirmTestId }}
      onOk={() => form.submit()}
    >
      <p>{t(`supply.${action}Text`)}</p>
      <WhoIsConcerned tile={tile} />
      <FormError error={send.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={action === 'trip'}
        onFinish={({ reason }) => send.mutate(reason?.trim() ?? '')}
      >
        <ReasonFields
          isNeeded={action === 'trip'}
          onPick={(reason) => form.setFieldValue('reason', reason)}
        />
      </Form>
    </Modal>
  )
}
