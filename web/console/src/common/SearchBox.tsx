/** The search field of a list. */
import { SearchOutlined } from '@ant-design/icons'
import { Input } from 'antd'

interface SearchBoxProps {
  label: string
  value: string
  onChange: (value: string) => void
  width?: number
  testId?: string
}
export function SearchBox({ label, value, onChange, width = 280, testId }: SearchBoxProps) {
  return (
    <Input
      allowClear
      prefix={<SearchOutlined />}
      style={{ width, maxWidth: '100%' }}
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      data-testid={testId}
    />
  )
}
