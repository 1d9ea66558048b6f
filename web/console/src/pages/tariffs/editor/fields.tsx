/** Controls that the parts of a tariff are edited with. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { rates, type Product, type Rate } from '@/domain/product'
import { decimal } from '@/domain/sampleBill'

export interface PartProps {
  product: Product
  onChange: (product: Product) => void
}

interface FieldProps {
  label: string
  hint?: string
  width?: number
  children: ReactNode
}
export function Field({ label, hint, width, children }: FieldProps) {
  return (
    <div className="field" style={width ? { width } : undefined}>
      <span className="field-label">{label}</span>
      {children}
      {hint && <span className="small muted">{hint}</span>}
    </div>
  )
}

interface DecimalInputProps {
  label: string
  value: string
  onChange: (value: string) => void
  places?: number
  suffix?: string
  placeholder?: string
  optional?: boolean
  width?: number
  testId?: string
}
/** A number as it is printed: kept as text, so that no digit is lost. */
export function DecimalInput(props: DecimalInputProps) {
  const { label, value, onChange, places = 8, suffix, placeholder, optional, width = 140 } = props
  const wrong = value === '' ? !optional : decimal(value, places) === null
  return (
    <Input
      inputMode="decimal"
      aria-label={label}
      aria-invalid={wrong}
      status={!wrong ? '' : value === '' ? 'warning' : 'error'}
      value={value}
      suffix={suffix}
      placeholder={placeholder}
      style={{ width, maxWidth: '100%' }}
      data-testid={props.testId}
      onChange={(event) => onChange(event.target.value.normalize('NFKC').trim())}
    />
  )
}

interface WholeInputProps {
  label: string
  value: number
  onChange: (value: number) => void
  min?: number
  width?: number
  suffix?: string
}
export function WholeInput({ label, value, onChange, min = 0, width = 110, suffix }: WholeInputProps) {
  return (
    <Input
      type="number"
      min={min}
      step={1}
      aria-label={label}
      value={value}
      suffix={suffix}
      style={{ width }}
      onChange={(event) => onChange(Math.max(min, Math.trunc(Number(event.target.value)) || 0))}
    />
  )
}

const halfHours = Array.from(
  { length: 48 },
  (_, i) => `${String(Math.floor(i / 2)).padStart(2, '0')}:${i % 2 ? '30' : '00'}`,
)
interface TimeSelectProps {
  label: string
  value: string
  onChange: (value: string) => void
  /** `24:00` can be chosen. */
  toMidnight?: boolean
  disabled?: boolean
}
export function TimeSelect({ label, value, onChange, toMidnight, disabled }: TimeSelectProps) {
  const times = new Set([...halfHours, value, ...(toMidnight ? ['24:00'] : [])])
  return (
    <Select
      showSearch
      disabled={disabled}
      aria-label={label}
      style={{ width: 92 }}
      value={value}
      onChange={onChange}
      options={[...times].sort().map((time) => ({ value: time, label: time }))}
    />
  )
}

interface RateSelectProps {
  value: Rate
  onChange: (rate: Rate) => void
}
export function RateSelect({ value, onChange }: RateSelectProps) {
  const { t } = useTranslation()
  return (
    <Select<Rate>
      aria-label={t('product.rate')}
      style={{ width: 92 }}
      value={value}
      onChange={onChange}
      options={rates.map((rate) => ({ value: rate, label: t(`state.rate.${rate}`) }))}
    />
  )
}

const listOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
interface SetProps {
  value: number[] | undefined
  onChange: (value: number[] | undefined) => void
}
const orNone = (value: number[]): number[] | undefined =>
  value.length > 0 ? [...value].sort((a, b) => a - b) : undefined

export function MonthsSelect({ value, onChange }: SetProps) {
  const { t } = useTranslation()
  return (
    <Select<number[]>
      mode="multiple"
      aria-label={t('product.months')}
      placeholder={t('product.anyMonth')}
      style={{ minWidth: 170, maxWidth: '100%' }}
      value={value ?? []}
      onChange={(months) => onChange(orNone(months))}
      options={listOf(12).map((month) => ({ value: month, label: t('product.month', { month }) }))}
    />
  )
}
export function WeekdaysSelect({ value, onChange }: SetProps) {
  const { t } = useTranslation()
  return (
    <Select<number[]>
      mode="multiple"
      aria-label={t('product.weekdays')}
      placeholder={t('product.anyWeekday')}
      style={{ minWidth: 170, maxWidth: '100%' }}
      value={value ?? []}
      onChange={(days) => onChange(orNone(days))}
      options={listOf(7).map((day) => ({ value: day, label: t(`product.weekday.${day}`) }))}
    />
  )
}

/** `MM-DD`. */
export function DayOfYear({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const bad = !/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value)
  return (
    <Input
      aria-label={label}
      status={bad ? 'error' : ''}
      aria-invalid={bad}
      style={{ width: 84 }}
      placeholder="MM-DD"
      maxLength={5}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

export function RemoveButton({ what, onClick }: { what: string; onClick: () => void }) {
  const { t } = useTranslation()
  const label = t('product.remove', { what })
  return (
    <Button type="text" icon={<DeleteOutlined />} aria-label={label} title={label} onClick={onClick} />
  )
}
export function AddButton({ children, onClick, testId }: { children: ReactNode; onClick: () => void; testId?: string }) {
  return (
    <div>
      <Button size="small" icon={<PlusOutlined />} onClick={onClick} data-testid={testId}>
        {children}
      </Button>
    </div>
  )
}

/** The list with its entry at `index` replaced, or left out for undefined. */
export function changed<T>(list: readonly T[], index: number, value: T | undefined): T[] {
  return list.flatMap((each, at) => (at !== index ? [each] : value === undefined ? [] : [value]))
}
