/** Changing the own password, with rules that show by themselves when they are met. */
import { CheckCircleFilled, MinusCircleOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { FormError } from '@/common/views'

interface Fields {
  old: string
  fresh: string
  repeat: string
}

/** Characters as people count them, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length
export const passwordLengthMin = 10

function Rules({ old = '', fresh = '', repeat = '' }: Partial<Fields>) {
  const { t } = useTranslation()
  const rules = [
    { text: t('password.ruleLength'), met: lengthOf(fresh) >= passwordLengthMin },
    { text: t('password.ruleDiffers'), met: fresh !== '' && fresh !== old },
    { text: t('password.ruleRepeat'), met: fresh !== '' && fresh === repeat },
  ]
  return (
    <ul className="rules" aria-label={t('password.rules')}>
      {rules.map((rule) => (
        <li key={rule.text} className={rule.met ? 'met' : ''}>
          {rule.met ? (
            <CheckCircleFilled aria-label={t('common.yes')} />
          ) : (
            <MinusCircleOutlined aria-label={t('common.no')} />
          )}
          {rule.text}
        </li>
      ))}
    </ul>
  )
}

export function PasswordForm({ isFirst, onDone }: { isFirst: boolean; onDone: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const values = Form.useWatch([], form) as Partial<Fields> | undefined
  const change = useMutation({
    mutationFn: (fields: Fields) =>
      unwrap(
        client.POST('/api/v1/session/password', {
          params: { header: csrf },
          body: { old_password: fields.old, new_password: fields.fresh },
        }),
      ),
    onSuccess: () => {
      message.success(t('password.done'))
      form.resetFields()
      onDone()
    },
  })
  const { old = '', fresh = '', repeat = '' } = values ?? {}
  const ready =
    old !== '' && lengthOf(fresh) >= passwordLengthMin && fresh !== old && fresh === repeat
  const needed = [{ required: true, message: t('password.needed') }]
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(fields) => change.mutate(fields)}
    >
      <FormError error={change.error} />
      <Form.Item
        name="old"
        label={isFirst ? t('password.oneTime') : t('password.old')}
        rules={needed}
      >
        <Input.Password autoComplete="current-password" data-testid="password-old" autoFocus />
      </Form.Item>
      <Form.Item name="fresh" label={t('password.fresh')} rules={needed}>
        <Input.Password autoComplete="new-password" data-testid="password-new" />
      </Form.Item>
      <Form.Item name="repeat" label={t('password.repeat')} rules={needed}>
        <Input.Password autoComplete="new-password" data-testid="password-repeat" />
      </Form.Item>
      <Rules {...values} />
      <Button
        type="primary"
        htmlType="submit"
        block
        disabled={!ready}
        loading={change.isPending}
        data-testid="password-submit"
      >
        {t('password.submit')}
      </Button>
    </Form>
  )
}
