/** Asks before switching: what happens, to whom, and why. */
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import { newKey } from '@/api/idempotency'
import type { Command, MeterDetail, SupplyAction } from '@/api/types'
import { Facts } from '@/common/Page'
import { useErrorText } from '@/common/views'
import { formatYuan } from '@/domain/money'

const confirmTestId = { 'data-testid': 'supply-confirm' }

interface SupplyDialogProps {
  detail: MeterDetail
  action: SupplyAction
  onClose: () => void
  onStored: (command: Command) => void
}
export function SupplyDialog({ detail, action, onClose, onStored }: SupplyDialogProps) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [key] = useState(newKey)
  const [form] = Form.useForm<{ reason?: string }>()
  const { tile } = detail
  const send = useMutation({
    mutationFn: (reason: string) => unwrap(client.POST('/api/v1/meters/{id}/supply', {
      params: { path: { id: tile.id }, header: keyed(key) }, body: { action, reason },
    })),
    onSuccess: onStored,
  })
  const place = [tile.room_number, tile.code].filter(Boolean).join(' · ')
  const reasons = [t('supply.reason1'), t('supply.reason2'), t('supply.reason3')]
  return (
    <Modal
      open title={t(`supply.${action}Title`, { meter: place })} onCancel={onClose} destroyOnHidden mask={{ closable: !send.isPending }}
      okText={t(`supply.${action}`)} cancelText={t('common.cancel')} confirmLoading={send.isPending}
      okButtonProps={{ danger: action === 'trip', ...confirmTestId } } onOk={() => form.submit()}
    >
      <p>{t(`supply.${action}Text`)}</p>
      <div className="progress-box" style={{ margin: '0 0 16px' }}>
        <Facts items={[
          { label: t('supply.customer'), value: tile.customer_name ?? '—' },
          { label: t('supply.balance'), value: <span className="num">{formatYuan(tile.balance_fen)}</span> },
          { label: t('supply.now'), value: tile.relay_open === null ? '—' : tile.relay_open ? t('supply.open') : t('supply.closed') },
        ]} />
      </div>
      {send.error && <Alert type="error" showIcon title={errorText(send.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={action === 'trip'} onFinish={({ reason }) => send.mutate(reason?.trim() ?? '')}>
        <Form.Item name="reason" label={t('supply.reason')} extra={t('supply.reasonHint')} style={{ marginBottom: 8 }}
          rules={action === 'trip' ? [{ required: true, whitespace: true, message: t('supply.reasonNeeded') }] : []}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} maxLength={200} autoFocus data-testid="supply-reason" />
        </Form.Item>
        <div className="row tight" aria-label={t('supply.cutReasons')}>
          {reasons.map((reason) => <Button key={reason} size="small" onClick={() => form.setFieldValue('reason', reason)}>{reason}</Button>)}
        </div>
      </Form>
    </Modal>
  )
}
