/** A choice of payment method. */
import { Form, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { paymentMethods } from '@/domain/states'

export function MethodItem({ label, name = 'method' }: { label: string; name?: string }) {
  const { t } = useTranslation()
  const options = paymentMethods.map((method) => ({
    value: method,
    label: t(`state.method.${method}`),
  }))
  return (
    <Form.Item name={name} label={label} rules={[{ required: true }]}>
      <Select options={options} data-testid={`act-${name}`} />
    </Form.Item>
  )
}
