/** 日历: which day's hours hold on which dates, in five layers from the exceptional to the ordinary. */
import { ArrowUpOutlined } from '@ant-design/icons'
import { Button, Checkbox, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import { layers, type Layer, type Product, type Rule } from '@/domain/product'
import {
  AddButton,
  changed,
  DayOfYear,
  MonthsSelect,
  RemoveButton,
  WeekdaysSelect,
  WholeInput,
  type PartProps,
} from './fields'

const holidaysBuiltIn = [
  'new_year',
  'spring_festival',
  'qingming',
  'labour_day',
  'dragon_boat',
  'mid_autumn',
  'national_day',
]
const holidayNames = (product: Product): string[] =>
  product.holidays
    ? [...new Set((product.holidays.breaks ?? []).map((each) => each.holiday ?? '').filter(Boolean))]
    : holidaysBuiltIn

interface RuleProps {
  rule: Rule
  product: Product
  onRule: (rule: Rule) => void
}

/** A rule without the keys whose value is undefined. */
const clean = (rule: Rule): Rule =>
  Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined))

/** Which hours hold: a whole day's, or only those of an overlay. */
function Target({ rule, product, onRule, layer }: RuleProps & { layer: Layer }) {
  const { t } = useTranslation()
  const options = [
    {
      label: t('product.wholeDay'),
      options: Object.keys(product.days).map((name) => ({ value: `d:${name}`, label: name })),
    },
    ...(layer === 'range' || Object.keys(product.overlays).length === 0
      ? []
      : [
          {
            label: t('product.overlays'),
            options: Object.keys(product.overlays).map((name) => ({ value: `o:${name}`, label: name })),
          },
        ]),
  ]
  const value = rule.overlay === undefined ? `d:${rule.day ?? ''}` : `o:${rule.overlay}`
  const isKnown = options.some((group) => group.options.some((each) => each.value === value))
  const choose = (next: string): void => {
    const name = next.slice(2)
    const target = next.startsWith('d:') ? { day: name } : { overlay: name }
    onRule(clean({ ...rule, day: undefined, overlay: undefined, ...target }))
  }
  return (
    <Select
      aria-label={t('product.target')}
      status={isKnown ? '' : 'error'}
      style={{ minWidth: 150 }}
      value={isKnown ? value : undefined}
      placeholder={t('product.target')}
      onChange={choose}
      options={options}
    />
  )
}

function HolidayFields({ rule, product, onRule }: RuleProps) {
  const { t } = useTranslation()
  const extent = rule.extent ?? 'whole'
  return (
    <>
      <Select
        aria-label={t('product.holiday')}
        style={{ minWidth: 130 }}
        value={rule.holiday ?? ''}
        onChange={(holiday) => onRule(clean({ ...rule, holiday: holiday || undefined }))}
        options={[
          { value: '', label: t('product.anyHoliday') },
          ...holidayNames(product).map((value) => ({
            value,
            label: t(`product.holidays.${value}`, { defaultValue: value }),
          })),
        ]}
      />
      <Select<NonNullable<Rule['extent']>>
        aria-label={t('product.extent')}
        style={{ minWidth: 150 }}
        value={extent}
        onChange={(next) =>
          onRule(clean({ ...rule, extent: next, first_days: next === 'first_days' ? 3 : undefined }))
        }
        options={(['statutory', 'first_days', 'whole'] as const).map((value) => ({
          value,
          label: t(`product.extents.${value}`),
        }))}
      />
      {extent === 'first_days' && (
        <WholeInput
          label={t('product.firstDays')}
          min={1}
          suffix={t('product.daysUnit')}
          value={rule.first_days ?? 1}
          onChange={(first_days) => onRule({ ...rule, first_days })}
        />
      )}
      <span className="row tight">
        <span className="small muted">{t('product.breakMin')}</span>
        <WholeInput
          label={t('product.breakMin')}
          suffix={t('product.daysUnit')}
          value={rule.break_days_min ?? 0}
          onChange={(days) => onRule(clean({ ...rule, break_days_min: days || undefined }))}
        />
      </span>
    </>
  )
}

function RestField({ rule, onRule }: RuleProps) {
  const { t } = useTranslation()
  return (
    <Select<NonNullable<Rule['kind']>>
      aria-label={t('product.restKind')}
      style={{ minWidth: 150 }}
      value={rule.kind ?? 'rest_day'}
      onChange={(kind) => onRule({ ...rule, kind })}
      options={(['rest_day', 'make_up_workday'] as const).map((value) => ({
        value,
        label: t(`product.restKinds.${value}`),
      }))}
    />
  )
}

function DatesField({ rule, onRule }: RuleProps) {
  const { t } = useTranslation()
  const dates = rule.dates ?? []
  return (
    <Select<string[]>
      mode="tags"
      open={false}
      suffixIcon={null}
      aria-label={t('product.dates')}
      placeholder="2026-08-03"
      status={dates.length === 0 || dates.some((date) => !/^\d{4}-\d\d-\d\d$/.test(date)) ? 'error' : ''}
      style={{ minWidth: 220, maxWidth: '100%' }}
      tokenSeparators={[',', ' ', '，', '、']}
      value={dates}
      onChange={(next) => onRule({ ...rule, dates: next.map((date) => date.trim()).sort() })}
    />
  )
}

function Conditions({ rule, onRule }: RuleProps) {
  const { t } = useTranslation()
  const { between } = rule
  return (
    <>
      <MonthsSelect value={rule.months} onChange={(months) => onRule(clean({ ...rule, months }))} />
      <WeekdaysSelect
        value={rule.weekdays}
        onChange={(weekdays) => onRule(clean({ ...rule, weekdays }))}
      />
      <Checkbox
        checked={between !== undefined}
        onChange={(event) =>
          onRule(clean({ ...rule, between: event.target.checked ? ['12-15', '01-31'] : undefined }))
        }
      >
        {t('product.between')}
      </Checkbox>
      {between && (
        <span className="row tight">
          <DayOfYear
            label={t('common.from')}
            value={between[0]}
            onChange={(from) => onRule({ ...rule, between: [from, between[1]] })}
          />
          –
          <DayOfYear
            label={t('common.to')}
            value={between[1]}
            onChange={(to) => onRule({ ...rule, between: [between[0], to] })}
          />
        </span>
      )}
    </>
  )
}

const isOpen = (rule: Rule | undefined): boolean =>
  rule !== undefined && !rule.months && !rule.weekdays && !rule.between

interface LayerProps extends PartProps {
  layer: Layer
}
function RuleRow({ layer, product, onChange, index }: LayerProps & { index: number }) {
  const { t } = useTranslation()
  const rules = product.calendar[layer]
  const rule = rules[index] as Rule
  const setRules = (next: Rule[]): void =>
    onChange({ ...product, calendar: { ...product.calendar, [layer]: next } })
  const part = { rule, product, onRule: (next: Rule) => setRules(changed(rules, index, next)) }
  const isLast = layer === 'range' && index === rules.length - 1
  const up = (): void => {
    const before = rules[index - 1] as Rule
    setRules(changed(changed(rules, index - 1, rule), index, before))
  }
  return (
    <div className="rule">
      <Target {...part} layer={layer} />
      {layer === 'event' && <DatesField {...part} />}
      {layer === 'holiday' && <HolidayFields {...part} />}
      {layer === 'rest' && <RestField {...part} />}
      {isLast ? (
        <span className="muted">{t('product.otherDates')}</span>
      ) : (
        layer !== 'event' && <Conditions {...part} />
      )}
      {!isLast && (
        <span className="row tight rule-acts">
          {index > 0 && (
            <Button
              type="text"
              icon={<ArrowUpOutlined />}
              aria-label={t('product.up')}
              title={t('product.up')}
              onClick={up}
            />
          )}
          <RemoveButton
            what={t('product.rule')}
            onClick={() => setRules(changed(rules, index, undefined))}
          />
        </span>
      )}
    </div>
  )
}

function firstRule(layer: Layer, product: Product): Rule {
  const day = Object.keys(product.days)[0] ?? ''
  const overlay = Object.keys(product.overlays)[0]
  const target = overlay && layer !== 'weekday' ? { overlay } : { day }
  switch (layer) {
    case 'event':
      return { ...target, dates: [] }
    case 'holiday':
      return { ...target, extent: 'statutory' }
    case 'rest':
      return { day, kind: 'rest_day' }
    case 'weekday':
      return { day, weekdays: [6, 7] }
    case 'range':
      return { day, months: [7, 8] }
  }
}

function LayerBlock({ layer, product, onChange }: LayerProps) {
  const { t } = useTranslation()
  const rules = product.calendar[layer]
  const add = (): void => {
    const rule = firstRule(layer, product)
    // The ordinary rule of the lowest layer stays last.
    const next =
      layer === 'range' && isOpen(rules.at(-1))
        ? [...rules.slice(0, -1), rule, rules.at(-1) as Rule]
        : [...rules, rule]
    onChange({ ...product, calendar: { ...product.calendar, [layer]: next } })
  }
  return (
    <div className="sub-panel" data-testid={`layer-${layer}`}>
      <div className="row between">
        <b>{t(`product.layers.${layer}`)}</b>
        <span className="small muted">{t(`product.layerHints.${layer}`)}</span>
      </div>
      {rules.map((_, index) => (
        <RuleRow key={index} layer={layer} product={product} onChange={onChange} index={index} />
      ))}
      <AddButton onClick={add}>{t('product.addRule')}</AddButton>
    </div>
  )
}

export function CalendarSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  return (
    <Panel title={t('product.calendar')}>
      <p className="muted" style={{ marginTop: 0 }}>
        {t('product.calendarHint')}
      </p>
      <div className="stack" style={{ gap: 12 }}>
        {layers.map((layer) => (
          <LayerBlock key={layer} layer={layer} product={product} onChange={onChange} />
        ))}
      </div>
    </Panel>
  )
}
