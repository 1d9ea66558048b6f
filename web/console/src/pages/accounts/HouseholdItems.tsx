/** Households and people as form items; both may stay empty. */
import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { parseCount } from '@/domain/household'

export interface HouseholdValues {
  households?: string
  people?: string
}

export function HouseholdItems() {
  const { t } = useTranslation()
  const atLeast = (least: number) => (_: unknown, text: string | undefined) =>
    parseCount(text, least) === null
      ? Promise.reject(new Error(t('household.countBad')))
      : Promise.resolve()
  return (
    <div className="row">
      <Form.Item
        name="households"
        label={t('household.households')}
        rules={[{ validator: atLeast(1) }]}
      >
        <Input
          inputMode="numeric"
          placeholder="1"
          autoComplete="off"
          data-testid="household-households"
        />
      </Form.Item>
      <Form.Item name="people" label={t('household.people')} rules={[{ validator: atLeast(0) }]}>
        <Input
          inputMode="numeric"
          placeholder={t('household.unknown')}
          autoComplete="off"
          data-testid="household-people"
        />
      </Form.Item>
    </div>
  )
}

/** What of it was typed, as a request says it. */
export function householdOf({ households, people }: HouseholdValues): {
  households?: number
  people?: number
} {
  const out: { households?: number; people?: number } = {}
  const first = parseCount(households, 1)
  const second = parseCount(people, 0)
  if (typeof first === 'number') out.households = first
  if (typeof second === 'number') out.people = second
  return out
}
