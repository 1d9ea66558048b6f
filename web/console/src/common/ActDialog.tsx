/** One act behind a form: one idempotency key per opened dialog, so a second press repeats the same. */
import { useMutation } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { newKey } from '@/api/idempotency'
import { parseYuan } from '@/domain/money'
import { FormError } from './views'

interface ActDialogProps<V, R> {
  title: string
  text?: ReactNode
  okText: string
  danger?: boolean
  initial?: Partial<V>
  /** Form items; a function gets the values typed so far. */
  children?: ReactNode
  send: (values: V, key: string) => Promise<R>
  onDone: (result: R) => void
  onClose: () => void
}
export function ActDialog<V extends object, R>(props: ActDialogProps<V, R>) {
  const { title, text, okText, danger, initial, children, send, onDone, onClose } = props
  const { t } = useTranslation()
  const [key] = useState(newKey)
  const [form] = Form.useForm<V>()
  const act = useMutation({ mutationFn: (values: V) => send(values, key), onSuccess: onDone })
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={okText}
      cancelText={t('common.back')}
      okButtonProps={{ danger, ...({ 'data-testid': 'act-confirm' } as object) }}
      confirmLoading={act.isPending}
      mask={{ closable: !act.isPending }}
      destroyOnHidden
    >
      {text && <p>{text}</p>}
      <FormError error={act.error} testId="act-error" />
      <Form<V>
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(values) => act.mutate(values)}
      >
        {children}
      </Form>
    </Modal>
  )
}

/** An amount in yuan; `optional` allows none, `signed` allows a minus. */
export function AmountItem({
  name,
  label,
  extra,
  optional,
  signed,
  focus = true,
}: {
  name: string
  label: string
  extra?: string
  optional?: boolean
  signed?: boolean
  focus?: boolean
}) {
  const { t } = useTranslation()
  const check = (_: unknown, text: string | undefined) => {
    const typed = (text ?? '').trim()
    if (typed === '') return optional ? Promise.resolve() : Promise.reject(new Error(t('money.amountNeeded')))
    const fen = parseSigned(typed, signed)
    return fen === null ? Promise.reject(new Error(t('money.amountBad'))) : Promise.resolve()
  }
  return (
    <Form.Item name={name} label={label} extra={extra} rules={[{ validator: check }]}>
      <Input prefix="¥" inputMode="decimal" autoFocus={focus} data-testid={`act-${name}`} />
    </Form.Item>
  )
}

/** Fen, or null when it is no amount above 0 (with a sign where allowed). */
export function parseSigned(text: string, signed = false): number | null {
  const negative = signed && /^[-−]/.test(text)
  const fen = parseYuan(negative ? text.slice(1) : text)
  if (fen === null || fen <= 0) return null
  return negative ? -fen : fen
}

export function ReasonItem({ label, extra }: { label?: string; extra?: string }) {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="reason"
      label={label ?? t('money.reason')}
      extra={extra}
      rules={[{ required: true, whitespace: true, message: t('money.reasonNeeded') }]}
    >
      <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} data-testid="act-reason" />
    </Form.Item>
  )
}
