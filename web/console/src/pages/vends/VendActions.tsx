/** What can be done with a sale: try again now, cancel with a reason, print. */
import { PrinterOutlined, RedoOutlined, StopOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import type { Vend } from '@/api/types'
import { useErrorText } from '@/common/views'
import { canCancelVend, canRetryVend } from '@/domain/states'
import { useSession } from '@/shell/SessionContext'
import { SaleSlip } from '../slip/SaleSlip'
import { wasPrinted } from '../slip/printed'
import { VendMoneyActions } from './VendMoneyActions'

function useStoreVend(): (vend: Vend) => void {
  const cache = useQueryClient()
  return (vend) => {
    cache.setQueryData(keys.vend(vend.id), vend)
    void cache.invalidateQueries({ queryKey: keys.vends })
  }
}

function CancelDialog({ vend, onClose }: { vend: Vend; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const store = useStoreVend()
  const [form] = Form.useForm<{ reason: string }>()
  const cancel = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        client.POST('/api/v1/vends/{id}/cancel', {
          params: { path: { id: vend.id }, header: csrf },
          body: { reason },
        }),
      ),
    onSuccess: (next) => {
      store(next)
      message.success(t('vend.cancelled'))
      onClose()
    },
  })
  return (
    <Modal
      open
      title={t('vend.cancelTitle', { slip: vend.slip_number })}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={t('vend.cancel')}
      cancelText={t('common.back')}
      okButtonProps={{ danger: true }}
      confirmLoading={cancel.isPending}
      destroyOnHidden
    >
      <p>{t('vend.cancelText')}</p>
      {cancel.error && (
        <Alert type="error" showIcon title={errorText(cancel.error)} style={{ marginBottom: 12 }} />
      )}
      <Form form={form} layout="vertical" onFinish={({ reason }) => cancel.mutate(reason.trim())}>
        <Form.Item
          name="reason"
          label={t('vend.cancelReason')}
          rules={[{ required: true, whitespace: true, message: t('vend.cancelNeeded') }]}
        >
          <Input.TextArea autoFocus maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

export function VendActions({ vend }: { vend: Vend }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const store = useStoreVend()
  const [cancelling, setCancelling] = useState(false)
  const [printing, setPrinting] = useState(false)
  const retry = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/api/v1/vends/{id}/retry', {
          params: { path: { id: vend.id }, header: csrf },
        }),
      ),
    onSuccess: (next) => {
      store(next)
      message.success(t('vend.retried'))
    },
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <div className="row">
      <Button icon={<PrinterOutlined />} onClick={() => setPrinting(true)} data-testid="vend-print">
        {wasPrinted(String(vend.id)) ? t('vend.reprint') : t('vend.print')}
      </Button>
      {canRetryVend(vend.state) && can('sell') && (
        <Button
          icon={<RedoOutlined />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
          data-testid="vend-retry"
        >
          {t('vend.retry')}
        </Button>
      )}
      {canCancelVend(vend.state) && can('cancel_sale') && (
        <Button
          danger
          icon={<StopOutlined />}
          onClick={() => setCancelling(true)}
          data-testid="vend-cancel"
        >
          {t('vend.cancel')}
        </Button>
      )}
      <VendMoneyActions vend={vend} />
      {cancelling && <CancelDialog vend={vend} onClose={() => setCancelling(false)} />}
      {printing && <SaleSlip vendId={vend.id} onClose={() => setPrinting(false)} />}
    </div>
  )
}
